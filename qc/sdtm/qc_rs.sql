/*****************************************************************************
* Program   : qc/sdtm/qc_rs.sql
* Study     : IONASYN01
* Output    : RS (Disease Response and Clin Classification); qc.rs_wide holds its
*             supplemental variable too
* Purpose   : Second program for RS: ECOG performance status, one record per
*             assessment; Karnofsky scores are converted.
* Inputs    : raw.ecog, raw.enrol, raw.sites and the dosing forms;
*             spec.codelists, spec.parameters; qc/macros.sql
* Outputs   : qc.rs_wide, qc.rs
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.rs_wide AS
WITH
-- The score is in ECOGSCORE on the screens of protocol 1.0, in ECOG on those of 2.0.
assessments AS (
  SELECT s.USUBJID, e.FORM, e.SITENO, e.SUBJNO, e.FORMREPEAT,
         CASE WHEN e.ECOG <> '' THEN e.ECOG ELSE e.ECOGSCORE END    AS COLLECTED,
         ct_term('SCALE', e.SCALE)                                  AS RSSCALE,
         ct_term('VISITNUM', e.VISIT)                               AS VISITNUM,
         iso_date(e.ECOGDT, s.DATEFMT)                              AS RSDTC
    FROM raw.ecog AS e JOIN subjects() AS s ON s.SITENO = e.SITENO AND s.SUBJNO = e.SUBJNO),
-- A Karnofsky score is the number in 'KPS 80', '70%', '90'.
scores AS (
  SELECT *, trim(COLLECTED) AS SCORE, upper(trim(COLLECTED)) = 'ND' AS NOTDONE,
         CASE WHEN RSSCALE = 'KPS' THEN try_cast(regexp_extract(COLLECTED, '[0-9]+') AS INTEGER) END AS KARNOFSKY
    FROM assessments),
results AS (
  SELECT *,
         CASE
           WHEN NOTDONE                                                       THEN ''
           WHEN KARNOFSKY = 100                                               THEN '0'
           WHEN KARNOFSKY IN (90, 80)                                         THEN '1'
           WHEN KARNOFSKY IN (70, 60)                                         THEN '2'
           WHEN KARNOFSKY IN (50, 40)                                         THEN '3'
           WHEN KARNOFSKY <= 30                                               THEN '4'
           WHEN RSSCALE = 'KPS'                                               THEN ''
           -- of a range the higher grade counts
           WHEN regexp_full_match(SCORE, '[0-4] *- *[0-4]')
             THEN greatest(left(SCORE, 1), right(SCORE, 1))
           ELSE SCORE
         END                                                                  AS RSSTRESC
    FROM scores),
records AS (
  SELECT u.*, form_record_id(u.FORM, u.SITENO, u.SUBJNO, u.FORMREPEAT) AS RSSPID, r.FIRSTDOSE, r.LASTDOSE,
         u.RSSTRESC <> '' AND day_of(u.RSDTC) <= day_of(r.FIRSTDOSE)   AS BEFOREDOSE
    FROM results AS u LEFT JOIN reference_dates() AS r ON r.USUBJID = u.USUBJID),
-- The last result on or before the day of the first dose.
numbered AS (
  SELECT *,
         row_number() OVER (PARTITION BY USUBJID ORDER BY RSDTC, RSSPID)                       AS RSSEQ,
         row_number() OVER (PARTITION BY USUBJID, BEFOREDOSE ORDER BY RSDTC DESC, RSSPID DESC) AS FROMLAST
    FROM records)
SELECT 'IONASYN01' AS STUDYID, 'RS' AS DOMAIN, USUBJID, CAST(RSSEQ AS DOUBLE) AS RSSEQ, RSSPID,
       'ECOG101' AS RSTESTCD, 'ECOG1-Performance Status' AS RSTEST, 'ECOG' AS RSCAT,
       CASE WHEN NOTDONE THEN '' ELSE COLLECTED END AS RSORRES, RSSTRESC, as_number(RSSTRESC) AS RSSTRESN,
       CASE WHEN NOTDONE THEN 'NOT DONE' ELSE '' END AS RSSTAT,
       CASE WHEN BEFOREDOSE AND FROMLAST = 1 THEN 'Y' ELSE '' END AS RSLOBXFL,
       'INVESTIGATOR' AS RSEVAL, as_number(VISITNUM) AS VISITNUM, ct_decode('VISITNUM', VISITNUM) AS VISIT,
       epoch_of(RSDTC, FIRSTDOSE, LASTDOSE) AS EPOCH, RSDTC, study_day(RSDTC, FIRSTDOSE) AS RSDY, RSSCALE
  FROM numbered;

CREATE OR REPLACE TABLE qc.rs AS
SELECT * EXCLUDE (RSSCALE) FROM qc.rs_wide ORDER BY USUBJID, RSTESTCD, RSDTC, RSSPID;
