/*****************************************************************************
* Program   : qc/sdtm/qc_ex.sql
* Study     : IONASYN01
* Output    : EX (Exposure); qc.ex_wide holds its supplemental variables too
* Purpose   : Second program for EX, from the raw dosing forms. One record per
*             administration (isatuximab, carfilzomib), per day or interval of
*             constant dose (pomalidomide, dexamethasone). Not given, dose 0 and
*             rows exported twice are no exposure.
* Inputs    : raw.isa_admin, raw.car_admin, raw.pom_log, raw.dex_log, raw.enrol,
*             raw.sites; spec.codelists, spec.parameters; qc/macros.sql
* Outputs   : qc.ex_wide, qc.ex
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.ex_wide AS
WITH
-- Dose in mg: mg/kg x weight used, mL x 20 mg/mL. The reason asked for is the one of an interruption, else of a delay.
isatuximab AS (
  SELECT 'isa_admin' AS FORM, RECORD, FORMREPEAT, CYCLE,
         CASE lower(ACTDOSEU)
           WHEN 'mg'    THEN exact_number(ACTDOSE)
           WHEN 'mg/kg' THEN round(exact_number(ACTDOSE) * exact_number(WTUSED), 1)
           WHEN 'ml'    THEN round(exact_number(ACTDOSE) * 20, 1)
         END                                                             AS DOSEMG,
         'INJECTION, SOLUTION, CONCENTRATE'                              AS EXDOSFRM,
         'ONCE'                                                          AS EXDOSFRQ,
         'INTRAVENOUS'                                                   AS EXROUTE,
         CASE WHEN INTREAS <> '' THEN INTREAS ELSE DELAYREAS END         AS REASON,
         CASE WHEN lower(ACTDOSEU) <> 'mg' THEN ACTDOSE ELSE '' END      AS EXDOSC,
         CASE WHEN lower(ACTDOSEU) <> 'mg' THEN ACTDOSEU ELSE '' END     AS COLLECTEDUNIT,
         CASE WHEN lower(ACTDOSEU) = 'mg/kg' THEN as_number(WTUSED) END  AS EXWTUSED,
         CAST(NULL AS DOUBLE)                                            AS EXBSA,
         ''                                                              AS MODTYPE,
         CASE WHEN ct_term('NY', DELAYED) = 'Y' THEN 'Y' ELSE '' END     AS EXDELAY,
         CASE WHEN ct_term('NY', INTERRUPTED) = 'Y' THEN 'Y' ELSE '' END AS EXINTRPT,
         ''                                                              AS EXAESPID
    FROM raw.isa_admin),
-- Dose in mg: mg/m2 x body surface area, of which at most 2.2 m2 count.
carfilzomib AS (
  SELECT 'car_admin', RECORD, FORMREPEAT, CYCLE,
         CASE lower(ACTDOSEU)
           WHEN 'mg'    THEN exact_number(ACTDOSE)
           WHEN 'mg/m2' THEN round(exact_number(ACTDOSE) * least(exact_number(BSA), 2.2), 1)
         END,
         'INJECTION, POWDER, LYOPHILIZED, FOR SOLUTION', 'ONCE', 'INTRAVENOUS', MODREAS,
         CASE WHEN lower(ACTDOSEU) <> 'mg' THEN ACTDOSE ELSE '' END,
         CASE WHEN lower(ACTDOSEU) <> 'mg' THEN ACTDOSEU ELSE '' END,
         NULL, CASE WHEN lower(ACTDOSEU) = 'mg/m2' THEN as_number(BSA) END,
         MODTYPE, '', '', ''
    FROM raw.car_admin),
pomalidomide AS (
  SELECT 'pom_log', RECORD, FORMREPEAT, CYCLE, exact_number(DOSE),
         'CAPSULE', ct_term('FREQ', FRQ), 'ORAL', MODREAS, '', '', NULL, NULL, MODTYPE, '', '', AENUM
    FROM raw.pom_log),
-- By mouth as a tablet, into the vein as a solution. A single dose has DEXDT, an interval a frequency.
dexamethasone AS (
  SELECT 'dex_log', RECORD, FORMREPEAT, CYCLE, exact_number(DOSE),
         CASE ct_term('ROUTE', ROUTE)
           WHEN 'ORAL' THEN 'TABLET' WHEN 'INTRAVENOUS' THEN 'INJECTION, SOLUTION' ELSE ''
         END,
         CASE WHEN DEXDT <> '' THEN 'ONCE' ELSE ct_term('FREQ', FRQ) END,
         ct_term('ROUTE', ROUTE), MODREAS, '', '', NULL, NULL, MODTYPE, '', '', ''
    FROM raw.dex_log),
doses AS (
  SELECT * FROM isatuximab UNION ALL SELECT * FROM carfilzomib
  UNION ALL SELECT * FROM pomalidomide UNION ALL SELECT * FROM dexamethasone),
exposure AS (
  SELECT x.USUBJID, x.EXTRT, x.EXSTDTC, x.EXENDTC,
         form_record_id(x.FORM, x.SITENO, x.SUBJNO, d.FORMREPEAT)        AS EXSPID,
         CAST(d.DOSEMG AS DOUBLE)                                        AS EXDOSE,
         d.EXDOSFRM, d.EXDOSFRQ, d.EXROUTE, ascii_text(d.REASON)         AS EXADJ,
         as_number(d.CYCLE)                                              AS EXCYCLE,
         d.EXDOSC, ct_term('UNIT_EXC', d.COLLECTEDUNIT)                  AS EXDOSUC,
         d.EXWTUSED, d.EXBSA,
         -- no modification is no type of modification
         CASE ct_term('MODTYPE', d.MODTYPE) WHEN 'NONE' THEN '' ELSE ct_term('MODTYPE', d.MODTYPE) END AS EXMODTYP,
         d.EXDELAY, d.EXINTRPT, d.EXAESPID
    FROM exposure_records() AS x JOIN doses AS d ON d.FORM = x.FORM AND d.RECORD = x.RECORD)
SELECT 'IONASYN01' AS STUDYID, 'EX' AS DOMAIN, e.USUBJID,
       CAST(row_number() OVER (PARTITION BY e.USUBJID ORDER BY e.EXTRT, e.EXSTDTC, e.EXSPID) AS DOUBLE) AS EXSEQ,
       e.EXSPID, e.EXTRT, e.EXDOSE, 'mg' AS EXDOSU, e.EXDOSFRM, e.EXDOSFRQ, e.EXROUTE, e.EXADJ,
       epoch_of(e.EXSTDTC, r.FIRSTDOSE, r.LASTDOSE) AS EPOCH,
       e.EXSTDTC, e.EXENDTC,
       study_day(e.EXSTDTC, r.FIRSTDOSE) AS EXSTDY, study_day(e.EXENDTC, r.FIRSTDOSE) AS EXENDY,
       e.EXCYCLE, e.EXDOSC, e.EXDOSUC, e.EXWTUSED, e.EXBSA, e.EXMODTYP, e.EXDELAY, e.EXINTRPT, e.EXAESPID
  FROM exposure AS e LEFT JOIN reference_dates() AS r ON r.USUBJID = e.USUBJID;

CREATE OR REPLACE TABLE qc.ex AS
SELECT STUDYID, DOMAIN, USUBJID, EXSEQ, EXSPID, EXTRT, EXDOSE, EXDOSU, EXDOSFRM, EXDOSFRQ, EXROUTE, EXADJ, EPOCH,
       EXSTDTC, EXENDTC, EXSTDY, EXENDY
  FROM qc.ex_wide
 ORDER BY USUBJID, EXTRT, EXSTDTC, EXSPID;
