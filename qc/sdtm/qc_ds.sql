/*****************************************************************************
* Program   : qc/sdtm/qc_ds.sql
* Study     : IONASYN01
* Output    : DS (Disposition); qc.ds_wide holds its supplemental variables too
* Purpose   : Second program for DS: informed consent, site transfer, end of each
*             study drug, end of the study, death. No record for a drug still
*             given or a subject still in the study.
* Inputs    : raw.enrol, raw.eot, raw.eos, raw.death, raw.sites and the dosing
*             forms; spec.codelists, spec.parameters; qc/macros.sql
* Outputs   : qc.ds_wide, qc.ds
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.ds_wide AS
WITH
-- Consent under the newest number; a waived consent has no date and gives no record.
consent AS (
  SELECT s.USUBJID, form_record_id(e.FORM, e.SITENO, e.SUBJNO, e.FORMREPEAT) AS DSSPID,
         'INFORMED CONSENT OBTAINED' AS DSTERM, 'INFORMED CONSENT OBTAINED' AS DSDECOD,
         'PROTOCOL MILESTONE' AS DSCAT, '' AS DSSCAT, iso_date(e.ICDT, s.DATEFMT) AS DSSTDTC,
         '' AS DSLDOSDT, '' AS DSAESPID, '' AS DSDTHCS, '' AS DSDTHTXT, '' AS DSAUTOP, '' AS DSDTHREL
    FROM raw.enrol AS e JOIN subjects() AS s ON s.SITENO = e.SITENO AND s.SUBJNO = e.SUBJNO
   WHERE s.IS_CURRENT AND e.ICDT <> ''),
-- The move has the date of the consent under the new number.
transfer AS (
  SELECT s.USUBJID, form_record_id(e.FORM, e.SITENO, e.SUBJNO, e.FORMREPEAT),
         'SITE TRANSFER FROM ' || e.PREVSITE || '-' || e.PREVSUBJ, 'SITE TRANSFER',
         'OTHER EVENT', '', iso_date(e.ICDT, s.DATEFMT), '', '', '', '', '', ''
    FROM raw.enrol AS e JOIN subjects() AS s ON s.SITENO = e.SITENO AND s.SUBJNO = e.SUBJNO
   WHERE s.IS_CURRENT AND e.PREVSUBJ <> ''),
-- Date of the decision to stop; of the last dose when that is not given.
end_of_drug AS (
  SELECT s.USUBJID, form_record_id(t.FORM, t.SITENO, t.SUBJNO, t.FORMREPEAT),
         upper(ct_decode('NCOMPLT_EOT', ct_term('NCOMPLT_EOT', t.DISCREAS))), ct_term('NCOMPLT_EOT', t.DISCREAS),
         'DISPOSITION EVENT', 'STUDY TREATMENT - ' || ct_term('EXTRT', t.DRUG),
         iso_date(CASE WHEN t.DECISIONDT <> '' THEN t.DECISIONDT ELSE t.LASTDOSEDT END, s.DATEFMT),
         iso_date(t.LASTDOSEDT, s.DATEFMT), t.AENUM_LINK, '', '', '', ''
    FROM raw.eot AS t JOIN subjects() AS s ON s.SITENO = t.SITENO AND s.SUBJNO = t.SUBJNO
   WHERE ct_term('NY', t.DISCFL) = 'Y'),
-- The collected status in words; as a term WITHDRAWN is WITHDRAWAL BY SUBJECT, LTFU is LOST TO FOLLOW-UP.
end_of_study AS (
  SELECT s.USUBJID, form_record_id(e.FORM, e.SITENO, e.SUBJNO, e.FORMREPEAT),
         upper(ct_decode('EOSSTAT', ct_term('EOSSTAT', e.EOSSTAT))),
         CASE ct_term('EOSSTAT', e.EOSSTAT)
           WHEN 'WITHDRAWN' THEN 'WITHDRAWAL BY SUBJECT'
           WHEN 'LTFU'      THEN 'LOST TO FOLLOW-UP'
           ELSE ct_term('EOSSTAT', e.EOSSTAT)
         END,
         'DISPOSITION EVENT', 'STUDY PARTICIPATION', iso_date(e.EOSDT, s.DATEFMT), '', '', '', '', '', ''
    FROM raw.eos AS e JOIN subjects() AS s ON s.SITENO = e.SITENO AND s.SUBJNO = e.SUBJNO
   WHERE ct_term('EOSSTAT', e.EOSSTAT) <> 'ONGOING'),
death AS (
  SELECT s.USUBJID, form_record_id(d.FORM, d.SITENO, d.SUBJNO, d.FORMREPEAT),
         rtrim('DEATH, PRIMARY CAUSE: ' || ct_term('DTHCAUSE', d.PRIMCAUSE)), 'DEATH',
         'DISPOSITION EVENT', 'DEATH', iso_date(d.DTHDT, s.DATEFMT), '', '',
         ct_term('DTHCAUSE', d.PRIMCAUSE), ascii_text(d.CAUSETXT), ct_term('NY', d.AUTOPSY), ct_term('REL', d.RELATED)
    FROM raw.death AS d JOIN subjects() AS s ON s.SITENO = d.SITENO AND s.SUBJNO = d.SUBJNO),
dispositions AS (
  SELECT * FROM consent UNION ALL SELECT * FROM transfer UNION ALL SELECT * FROM end_of_drug
  UNION ALL SELECT * FROM end_of_study UNION ALL SELECT * FROM death),
-- A record of death always has the date of death of DM.
dated AS (
  SELECT p.* REPLACE (CASE WHEN p.DSDECOD = 'DEATH' THEN coalesce(m.DTHDTC, '') ELSE p.DSSTDTC END AS DSSTDTC),
         r.FIRSTDOSE, r.LASTDOSE
    FROM dispositions AS p
    LEFT JOIN deaths() AS m          ON m.USUBJID = p.USUBJID
    LEFT JOIN reference_dates() AS r ON r.USUBJID = p.USUBJID)
SELECT 'IONASYN01' AS STUDYID, 'DS' AS DOMAIN, USUBJID,
       CAST(row_number() OVER (PARTITION BY USUBJID ORDER BY DSSTDTC, DSCAT, DSSCAT, DSDECOD, DSSPID)
            AS DOUBLE) AS DSSEQ,
       DSSPID, DSTERM, DSDECOD, DSCAT, DSSCAT,
       -- the end of a study drug belongs to the treatment
       CASE WHEN DSSCAT LIKE 'STUDY TREATMENT - %' THEN 'TREATMENT'
            ELSE epoch_of(DSSTDTC, FIRSTDOSE, LASTDOSE) END AS EPOCH,
       DSSTDTC, study_day(DSSTDTC, FIRSTDOSE) AS DSSTDY,
       DSLDOSDT, DSAESPID, DSDTHCS, DSDTHTXT, DSAUTOP, DSDTHREL
  FROM dated;

CREATE OR REPLACE TABLE qc.ds AS
SELECT STUDYID, DOMAIN, USUBJID, DSSEQ, DSSPID, DSTERM, DSDECOD, DSCAT, DSSCAT, EPOCH, DSSTDTC, DSSTDY
  FROM qc.ds_wide
 ORDER BY USUBJID, DSSTDTC, DSCAT, DSSCAT, DSDECOD, DSSPID;
