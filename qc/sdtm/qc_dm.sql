/*****************************************************************************
* Program   : qc/sdtm/qc_dm.sql
* Study     : IONASYN01
* Output    : DM (Demographics); qc.dm_wide holds its supplemental variables too
* Purpose   : Second program for DM. One record per person, from the newest
*             enrolment; demography, end of study and death by person, wherever
*             (under whichever number) they were filled in.
* Inputs    : raw.enrol, raw.demog, raw.sites, raw.eos, raw.death and the dosing
*             forms; spec.codelists, spec.parameters; qc/macros.sql
* Outputs   : qc.dm_wide, qc.dm
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.dm_wide AS
WITH
-- The older row of a re-enrolled subject makes no record.
enrolment AS (
  SELECT s.USUBJID, s.SUBJID, e.SITENO,
         iso_date(e.ICDT, s.DATEFMT)                              AS RFICDTC,
         ct_term('ENRTYPE', e.ENRTYPE)                            AS ENRTYPE,
         ct_term('CONSTYPE', e.ICTYPE)                            AS CONSTYPE,
         e.PROTVER,
         ct_term('NY', e.DECEASED_AT_ENR)                         AS DECEASED,
         CASE WHEN e.PREVSUBJ <> '' THEN e.PREVSITE || '-' || e.PREVSUBJ ELSE '' END AS PREVSUBJ
    FROM raw.enrol AS e JOIN subjects() AS s ON s.SITENO = e.SITENO AND s.SUBJNO = e.SUBJNO
   WHERE s.IS_CURRENT),
-- The date of birth is read with the format of the site that typed it.
demography AS (
  SELECT s.USUBJID,
         iso_date(CASE WHEN d.BRTHDT <> '' THEN d.BRTHDT ELSE d.BRTHYR END, s.DATEFMT) AS BRTHDTC,
         as_number(d.AGE_ENTERED)                                 AS AGE_ENTERED,
         ct_term('SEX', d.SEX)                                    AS SEX,
         ct_term('RACE', d.RACE)                                  AS RACE,
         ct_term('ETHNIC', d.ETHNIC)                              AS ETHNIC
    FROM raw.demog AS d JOIN subjects() AS s ON s.SITENO = d.SITENO AND s.SUBJNO = d.SUBJNO),
-- Date of end of study; of last contact for subjects still in the study.
participation AS (
  SELECT s.USUBJID,
         iso_date(CASE ct_term('EOSSTAT', e.EOSSTAT) WHEN 'ONGOING' THEN e.LASTCONTDT ELSE e.EOSDT END, s.DATEFMT)
                                                                  AS RFPENDTC
    FROM raw.eos AS e JOIN subjects() AS s ON s.SITENO = e.SITENO AND s.SUBJNO = e.SUBJNO),
-- The drugs given are named in the order in which the protocol names them.
regimen AS (
  SELECT USUBJID,
         CASE WHEN HAD_ISA AND HAD_POM THEN 'ISAPD' WHEN HAD_ISA AND HAD_CAR THEN 'ISAKD' ELSE '' END AS ACTARMCD,
         concat_ws(' + ', CASE WHEN HAD_ISA THEN ct_decode('EXTRT', 'ISATUXIMAB') END,
                          CASE WHEN HAD_POM THEN ct_decode('EXTRT', 'POMALIDOMIDE') END,
                          CASE WHEN HAD_CAR THEN ct_decode('EXTRT', 'CARFILZOMIB') END,
                          CASE WHEN HAD_DEX THEN ct_decode('EXTRT', 'DEXAMETHASONE') END) AS GIVEN
    FROM drugs_had()),
subject AS (
  SELECT e.*, d.BRTHDTC, d.AGE_ENTERED, d.SEX, d.RACE, d.ETHNIC,
         coalesce(p.RFPENDTC, '')                                 AS RFPENDTC,
         coalesce(r.FIRSTDOSE, '')                                AS FIRSTDOSE,
         coalesce(r.LASTDOSE, '')                                 AS LASTDOSE,
         t.USUBJID IS NOT NULL                                    AS DIED,
         coalesce(t.DTHDTC, '')                                   AS DTHDTC,
         coalesce(g.ACTARMCD, '')                                 AS ACTARMCD,
         g.GIVEN,
         i.INVNAME, ct_term('COUNTRY', i.COUNTRY)                 AS COUNTRY
    FROM enrolment AS e
    LEFT JOIN demography AS d        ON d.USUBJID = e.USUBJID
    LEFT JOIN participation AS p     ON p.USUBJID = e.USUBJID
    LEFT JOIN reference_dates() AS r ON r.USUBJID = e.USUBJID
    LEFT JOIN deaths() AS t          ON t.USUBJID = e.USUBJID
    LEFT JOIN regimen AS g           ON g.USUBJID = e.USUBJID
    LEFT JOIN raw.sites AS i         ON i.SITENO = e.SITENO),
-- Age as typed by the site; else completed years to consent, to the first dose when consent was waived.
aged AS (
  SELECT *, coalesce(AGE_ENTERED,
                     CAST(datesub('year', day_of(BRTHDTC),
                                  day_of(CASE WHEN RFICDTC <> '' THEN RFICDTC ELSE FIRSTDOSE END)) AS DOUBLE)) AS AGE
    FROM subject)
SELECT 'IONASYN01' AS STUDYID, 'DM' AS DOMAIN, USUBJID, SUBJID,
       FIRSTDOSE AS RFSTDTC, LASTDOSE AS RFENDTC, FIRSTDOSE AS RFXSTDTC, LASTDOSE AS RFXENDTC,
       RFICDTC, RFPENDTC, DTHDTC, CASE WHEN DIED THEN 'Y' ELSE '' END AS DTHFL,
       SITENO AS SITEID, ascii_text(INVNAME) AS INVNAM, BRTHDTC, AGE,
       CASE WHEN AGE IS NOT NULL THEN 'YEARS' ELSE '' END AS AGEU,
       SEX, RACE, ETHNIC,
       -- nobody is assigned in an observational study
       '' AS ARMCD, '' AS ARM, ACTARMCD,
       CASE ACTARMCD WHEN 'ISAPD' THEN 'Isa-Pd' WHEN 'ISAKD' THEN 'Isa-Kd' ELSE '' END AS ACTARM,
       CASE WHEN GIVEN IS NOT NULL AND ACTARMCD = '' THEN 'UNPLANNED TREATMENT' ELSE 'NOT ASSIGNED' END AS ARMNRS,
       CASE WHEN GIVEN IS NOT NULL AND ACTARMCD = '' THEN GIVEN ELSE '' END AS ACTARMUD,
       COUNTRY, PREVSUBJ, ENRTYPE, CONSTYPE, PROTVER, DECEASED
  FROM aged;

CREATE OR REPLACE TABLE qc.dm AS
SELECT * EXCLUDE (PREVSUBJ, ENRTYPE, CONSTYPE, PROTVER, DECEASED) FROM qc.dm_wide ORDER BY USUBJID;
