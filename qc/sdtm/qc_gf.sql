/*****************************************************************************
* Program   : qc/sdtm/qc_gf.sql
* Study     : IONASYN01
* Output    : GF (Genomics Findings); qc.gf_wide holds its supplemental variables too
* Purpose   : Second program for GF. One record per abnormality tested in a sample;
*             retests are kept.
* Inputs    : raw.cytogen, raw.enrol, raw.sites and the dosing forms;
*             spec.codelists, spec.parameters; qc/macros.sql
* Outputs   : qc.gf_wide, qc.gf
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.gf_wide AS
WITH tests AS (
  SELECT s.USUBJID,
         form_record_id(c.FORM, c.SITENO, c.SUBJNO, c.FORMREPEAT)   AS GFSPID,
         ct_term('GFTESTCD', c.ABN)                                 AS GFTESTCD,
         ct_term('CYTRES', c.RESULT)                                AS RESULT,
         ct_term('GFSPEC', c.SPECIMEN)                              AS GFSPEC,
         ct_term('GFMETHOD', c.METHOD)                              AS GFMETHOD,
         ct_term('VISITNUM', c.VISIT)                               AS VISITNUM,
         iso_date(c.FISHDT, s.DATEFMT)                              AS GFDTC,
         ct_term('GFTIMEPT', c.TIMEPOINT)                           AS GFTIMEPT,
         as_number(c.PCTCELLS) AS GFPCTCEL, as_number(c.CUTOFF) AS GFCUTOFF, ascii_text(c.COMMENT) AS GFCOMM
    FROM raw.cytogen AS c JOIN subjects() AS s ON s.SITENO = c.SITENO AND s.SUBJNO = c.SUBJNO)
SELECT 'IONASYN01' AS STUDYID, 'GF' AS DOMAIN, t.USUBJID,
       CAST(row_number() OVER (PARTITION BY t.USUBJID ORDER BY t.GFTESTCD, t.GFDTC, t.GFSPID) AS DOUBLE) AS GFSEQ,
       '' AS GFREFID, t.GFSPID, t.GFTESTCD, ct_decode('GFTESTCD', t.GFTESTCD) AS GFTEST, 'CYTOGENETICS' AS GFCAT,
       -- a test not done, or done and failed, has no result
       CASE WHEN t.RESULT IN ('NOT DONE', 'FAILED') THEN '' ELSE t.RESULT END         AS GFORRES,
       CASE WHEN t.RESULT IN ('NOT DONE', 'FAILED') THEN '' ELSE t.RESULT END         AS GFSTRESC,
       CASE WHEN t.RESULT IN ('NOT DONE', 'FAILED') THEN 'NOT DONE' ELSE '' END       AS GFSTAT,
       CASE WHEN t.RESULT = 'FAILED' THEN 'TEST FAILED' ELSE '' END                   AS GFREASND,
       t.GFSPEC, t.GFMETHOD, as_number(t.VISITNUM) AS VISITNUM, ct_decode('VISITNUM', t.VISITNUM) AS VISIT,
       epoch_of(t.GFDTC, r.FIRSTDOSE, r.LASTDOSE) AS EPOCH,
       t.GFDTC, study_day(t.GFDTC, r.FIRSTDOSE) AS GFDY, t.GFTIMEPT, t.GFPCTCEL, t.GFCUTOFF, t.GFCOMM
  FROM tests AS t LEFT JOIN reference_dates() AS r ON r.USUBJID = t.USUBJID;

CREATE OR REPLACE TABLE qc.gf AS
SELECT STUDYID, DOMAIN, USUBJID, GFSEQ, GFREFID, GFSPID, GFTESTCD, GFTEST, GFCAT, GFORRES, GFSTRESC, GFSTAT, GFREASND,
       GFSPEC, GFMETHOD, VISITNUM, VISIT, EPOCH, GFDTC, GFDY
  FROM qc.gf_wide
 ORDER BY USUBJID, GFTESTCD, GFDTC, GFSPID;
