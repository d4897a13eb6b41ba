/*****************************************************************************
* Program   : qc/sdtm/qc_ec.sql
* Study     : IONASYN01
* Output    : EC (Exposure as Collected)
* Purpose   : Second program for EC, from the raw dosing forms: planned infusions
*             that were not given, and intervals of oral drugs with dose 0. A row
*             exported twice counts once.
* Inputs    : raw.isa_admin, raw.car_admin, raw.pom_log, raw.dex_log, raw.enrol,
*             raw.sites; spec.codelists, spec.parameters; qc/macros.sql
* Outputs   : qc.ec
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.ec AS
WITH
-- DISTINCT over everything but the bookkeeping of the registry; the first row of equal ones names the record.
isatuximab AS (
  SELECT 'ISATUXIMAB' AS ECTRT, 'isa_admin' AS FORM, SITENO, SUBJNO, min(CAST(FORMREPEAT AS INTEGER)) AS ENTRY,
         NOTGIVREAS AS REASON, ADMDT AS STARTED, STTIM AS STARTTIME, ADMDT AS ENDED, ENTIM AS ENDTIME
    FROM raw.isa_admin WHERE ct_term('NY', GIVEN) = 'N'
   GROUP BY STUDY, SITENO, SUBJNO, VISIT, CYCLE, DAYNOM, ADMDT, STTIM, ENTIM, PLANMGKG, ACTDOSE, ACTDOSEU, WTUSED,
            GIVEN, NOTGIVREAS, DELAYED, DELAYREAS, INTERRUPTED, INTREAS, RATE_MLH, PREMED),
carfilzomib AS (
  SELECT 'CARFILZOMIB', 'car_admin', SITENO, SUBJNO, min(CAST(FORMREPEAT AS INTEGER)), MODREAS, ADMDT, '', ADMDT, ''
    FROM raw.car_admin WHERE ct_term('NY', GIVEN) = 'N'
   GROUP BY STUDY, SITENO, SUBJNO, VISIT, CYCLE, DAYNOM, ADMDT, PLANMGM2, ACTDOSE, ACTDOSEU, BSA, GIVEN, MODTYPE,
            MODREAS),
pomalidomide AS (
  SELECT 'POMALIDOMIDE', 'pom_log', SITENO, SUBJNO, min(CAST(FORMREPEAT AS INTEGER)), MODREAS, STDT, '', ENDT, ''
    FROM raw.pom_log WHERE exact_number(DOSE) = 0
   GROUP BY STUDY, SITENO, SUBJNO, VISIT, CYCLE, STDT, ENDT, DOSE, DOSEU, FRQ, MODTYPE, MODREAS, AENUM),
dexamethasone AS (
  SELECT 'DEXAMETHASONE', 'dex_log', SITENO, SUBJNO, min(CAST(FORMREPEAT AS INTEGER)), MODREAS,
         CASE WHEN DEXDT <> '' THEN DEXDT ELSE STDT END, '', CASE WHEN DEXDT <> '' THEN DEXDT ELSE ENDDT END, ''
    FROM raw.dex_log WHERE exact_number(DOSE) = 0
   GROUP BY STUDY, SITENO, SUBJNO, VISIT, CYCLE, DAYNOM, DEXDT, STDT, ENDDT, DOSE, DOSEU, ROUTE, FRQ, MODTYPE,
            MODREAS),
omitted AS (
  SELECT * FROM isatuximab UNION ALL SELECT * FROM carfilzomib
  UNION ALL SELECT * FROM pomalidomide UNION ALL SELECT * FROM dexamethasone),
named AS (
  SELECT s.USUBJID, o.ECTRT, form_record_id(o.FORM, o.SITENO, o.SUBJNO, CAST(o.ENTRY AS VARCHAR)) AS ECSPID,
         ascii_text(o.REASON)                                   AS ECREASOC,
         with_time(iso_date(o.STARTED, s.DATEFMT), o.STARTTIME) AS ECSTDTC,
         -- an interval still running ends on the data cut-off date
         CASE WHEN o.ENDED = '' THEN parameter('DATA_CUTOFF')
              ELSE with_time(iso_date(o.ENDED, s.DATEFMT), o.ENDTIME) END AS ECENDTC
    FROM omitted AS o JOIN subjects() AS s ON s.SITENO = o.SITENO AND s.SUBJNO = o.SUBJNO)
SELECT 'IONASYN01' AS STUDYID, 'EC' AS DOMAIN, n.USUBJID,
       CAST(row_number() OVER (PARTITION BY n.USUBJID ORDER BY n.ECTRT, n.ECSTDTC, n.ECSPID) AS DOUBLE) AS ECSEQ,
       n.ECSPID, n.ECTRT, 'Y' AS ECPRESP, 'N' AS ECOCCUR, n.ECREASOC,
       -- nothing was given
       CAST(NULL AS DOUBLE) AS ECDOSE, '' AS ECDOSU, '' AS ECDOSFRM,
       epoch_of(n.ECSTDTC, r.FIRSTDOSE, r.LASTDOSE) AS EPOCH,
       n.ECSTDTC, n.ECENDTC,
       study_day(n.ECSTDTC, r.FIRSTDOSE) AS ECSTDY, study_day(n.ECENDTC, r.FIRSTDOSE) AS ECENDY
  FROM named AS n LEFT JOIN reference_dates() AS r ON r.USUBJID = n.USUBJID
 ORDER BY n.USUBJID, n.ECTRT, n.ECSTDTC, n.ECSPID;
