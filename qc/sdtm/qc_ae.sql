/*****************************************************************************
* Program   : qc/sdtm/qc_ae.sql
* Study     : IONASYN01
* Output    : AE (Adverse Events); qc.ae_wide holds its supplemental variables too
* Purpose   : Second program for AE. One record per entry of the AE form; an entry
*             that the coder split has one per event. Nothing is corrected.
* Inputs    : raw.ae, raw.ae_coding, raw.enrol, raw.sites and the dosing forms;
*             spec.codelists, spec.parameters; qc/macros.sql
* Outputs   : qc.ae_wide, qc.ae
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.ae_wide AS
WITH
-- Of the versions of a coding the one with the latest CODEDT counts.
coding AS (
  SELECT SITENO, SUBJNO, AENUM, CODEPART, CTCAETERM, AEMODIFY,
         ct_term('CODST', STATUS)                                           AS AECODST,
         CASE WHEN ct_term('CODST', STATUS) = 'CODED' THEN PT ELSE '' END    AS AEDECOD,
         CASE WHEN ct_term('CODST', STATUS) = 'CODED' THEN SOC ELSE '' END   AS AEBODSYS
    FROM raw.ae_coding
 QUALIFY row_number() OVER (PARTITION BY SITENO, SUBJNO, AENUM, CODEPART ORDER BY CODEDT DESC, RECORD DESC) = 1),
-- Two events in one line: only where the coding has a part 2.
split_entries AS (SELECT DISTINCT SITENO, SUBJNO, AENUM FROM raw.ae_coding WHERE CODEPART = '2'),
entries AS (
  SELECT s.USUBJID, s.DATEFMT, a.*,
         ascii_text(a.AETERM)                                                AS CLEANTERM,
         p.AENUM IS NOT NULL                                                 AS IS_SPLIT,
         -- 7 and 7.1 are one event whose grade changed
         split_part(a.AENUM, '.', 1)                                         AS FIRSTENTRY,
         count(*) OVER (PARTITION BY s.USUBJID, split_part(a.AENUM, '.', 1)) AS ENTRIESINGROUP
    FROM raw.ae AS a
    JOIN subjects() AS s ON s.SITENO = a.SITENO AND s.SUBJNO = a.SUBJNO
    LEFT JOIN split_entries AS p ON p.SITENO = a.SITENO AND p.SUBJNO = a.SUBJNO AND p.AENUM = a.AENUM),
parts AS (
  SELECT e.*, n.PART
    FROM entries AS e
    JOIN (VALUES ('1'), ('2')) AS n(PART) ON n.PART = '1' OR e.IS_SPLIT),
-- Split once, at the first of the joining words; both parts inherit everything else. Text without one stays whole.
events AS (
  SELECT t.*,
         CASE WHEN t.IS_SPLIT THEN t.AENUM || '-' || t.PART ELSE t.AENUM END AS AESPID,
         CASE
           WHEN NOT t.IS_SPLIT OR NOT regexp_matches(t.CLEANTERM, ' and | \+ | / | et | e | ve | und ') THEN t.CLEANTERM
           WHEN t.PART = '1'
             THEN trim(regexp_extract(t.CLEANTERM, '^(.*?)( and | \+ | / | et | e | ve | und )(.*)$', 1))
           ELSE trim(regexp_extract(t.CLEANTERM, '^(.*?)( and | \+ | / | et | e | ve | und )(.*)$', 3))
         END                                                                 AS REPORTED,
         CASE WHEN t.ENTRIESINGROUP > 1 THEN t.FIRSTENTRY ELSE '' END        AS AEGRPID,
         with_time(iso_date(t.STDT, t.DATEFMT), t.STTIM)                     AS AESTDTC,
         iso_date(t.ENDT, t.DATEFMT)                                         AS AEENDTC,
         iso_date(t.DTHDT, t.DATEFMT)                                        AS AEDTHDTC,
         -- roman numerals and words are digits, of a range the higher grade counts
         CASE
           WHEN upper(trim(t.GRADE)) IN ('1', 'I', 'MILD', 'GRADE 1', 'G1')             THEN '1'
           WHEN upper(trim(t.GRADE)) IN ('2', 'II', 'MODERATE', 'GRADE 2', 'G2')        THEN '2'
           WHEN upper(trim(t.GRADE)) IN ('3', 'III', 'SEVERE', 'GRADE 3', 'G3')         THEN '3'
           WHEN upper(trim(t.GRADE)) IN ('4', 'IV', 'LIFE-THREATENING', 'GRADE 4', 'G4') THEN '4'
           WHEN upper(trim(t.GRADE)) IN ('5', 'V', 'FATAL', 'GRADE 5', 'G5')            THEN '5'
           WHEN regexp_full_match(trim(t.GRADE), '[1-5] *- *[1-5]')
             THEN greatest(left(trim(t.GRADE), 1), right(trim(t.GRADE), 1))
           ELSE trim(t.GRADE)
         END                                                                 AS AETOXGR,
         CASE WHEN ct_term('NY', t.ONGOING) = 'Y' AND t.ENDT = '' THEN 'ONGOING' ELSE '' END AS AEENRTPT,
         ct_term('REL', t.REL_ISA) AS AERELISA, ct_term('REL', t.REL_POM) AS AERELPOM,
         ct_term('REL', t.REL_CAR) AS AERELCAR, ct_term('REL', t.REL_DEX) AS AERELDEX,
         coalesce(h.HAD_ISA, FALSE) AS HAD_ISA, coalesce(h.HAD_POM, FALSE) AS HAD_POM,
         coalesce(h.HAD_CAR, FALSE) AS HAD_CAR, coalesce(h.HAD_DEX, FALSE) AS HAD_DEX
    FROM parts AS t LEFT JOIN drugs_had() AS h ON h.USUBJID = t.USUBJID),
-- An action on a drug the subject never had is not used.
actions AS (
  SELECT v.*,
         CASE WHEN HAD_ISA THEN ct_term('ACN', v.ACN_ISA) ELSE 'NOT APPLICABLE' END AS AEACNISA,
         CASE WHEN HAD_POM THEN ct_term('ACN', v.ACN_POM) ELSE 'NOT APPLICABLE' END AS AEACNPOM,
         CASE WHEN HAD_CAR THEN ct_term('ACN', v.ACN_CAR) ELSE 'NOT APPLICABLE' END AS AEACNCAR,
         CASE WHEN HAD_DEX THEN ct_term('ACN', v.ACN_DEX) ELSE 'NOT APPLICABLE' END AS AEACNDEX
    FROM events AS v),
overall AS (
  SELECT c.*,
         [AEACNISA, AEACNPOM, AEACNCAR, AEACNDEX]                            AS ACTIONS,
         -- relations to the drugs the subject had; one that was not given counts as U
         [CASE WHEN HAD_ISA THEN CASE AERELISA WHEN '' THEN 'U' ELSE AERELISA END ELSE '' END,
          CASE WHEN HAD_POM THEN CASE AERELPOM WHEN '' THEN 'U' ELSE AERELPOM END ELSE '' END,
          CASE WHEN HAD_CAR THEN CASE AERELCAR WHEN '' THEN 'U' ELSE AERELCAR END ELSE '' END,
          CASE WHEN HAD_DEX THEN CASE AERELDEX WHEN '' THEN 'U' ELSE AERELDEX END ELSE '' END] AS RELATIONS
    FROM actions AS c)
SELECT 'IONASYN01' AS STUDYID, 'AE' AS DOMAIN, o.USUBJID,
       CAST(row_number() OVER (PARTITION BY o.USUBJID ORDER BY o.AESTDTC, o.REPORTED, o.AESPID) AS DOUBLE) AS AESEQ,
       o.AEGRPID, o.AESPID, o.REPORTED AS AETERM, ascii_text(coalesce(g.AEMODIFY, '')) AS AEMODIFY,
       -- MedDRA is not used: its other levels and codes have no data
       '' AS AELLT, CAST(NULL AS DOUBLE) AS AELLTCD, coalesce(g.AEDECOD, '') AS AEDECOD, CAST(NULL AS DOUBLE) AS AEPTCD,
       '' AS AEHLT, CAST(NULL AS DOUBLE) AS AEHLTCD, '' AS AEHLGT, CAST(NULL AS DOUBLE) AS AEHLGTCD,
       coalesce(g.AEBODSYS, '') AS AEBODSYS, CAST(NULL AS DOUBLE) AS AEBDSYCD,
       coalesce(g.AEBODSYS, '') AS AESOC, CAST(NULL AS DOUBLE) AS AESOCCD,
       ct_term('NY_YN', o.SER) AS AESER,
       CASE
         WHEN list_contains(o.ACTIONS, 'DRUG WITHDRAWN')    THEN 'DRUG WITHDRAWN'
         WHEN list_contains(o.ACTIONS, 'DRUG INTERRUPTED')  THEN 'DRUG INTERRUPTED'
         WHEN list_contains(o.ACTIONS, 'DOSE REDUCED')      THEN 'DOSE REDUCED'
         WHEN list_contains(o.ACTIONS, 'DOSE RATE REDUCED') THEN 'DOSE RATE REDUCED'
         WHEN list_contains(o.ACTIONS, 'DOSE INCREASED')    THEN 'DOSE INCREASED'
         WHEN list_contains(o.ACTIONS, 'DOSE NOT CHANGED')  THEN 'DOSE NOT CHANGED'
         WHEN list_contains(o.ACTIONS, 'UNKNOWN')           THEN 'UNKNOWN'
         WHEN list_contains(o.ACTIONS, 'NOT APPLICABLE')    THEN 'NOT APPLICABLE'
         ELSE ''
       END AS AEACN,
       ct_term('OTHACT', o.OTHACT) AS AEACNOTH,
       CASE
         WHEN list_contains(o.RELATIONS, 'Y') THEN 'Y'
         WHEN list_contains(o.RELATIONS, 'U') THEN 'U'
         WHEN list_contains(o.RELATIONS, 'N') THEN 'N'
         ELSE ''
       END AS AEREL,
       -- OUTC on the screens of protocol 1.0, OUT on those of 2.0
       ct_term('OUT', CASE WHEN o.OUT <> '' THEN o.OUT ELSE o.OUTC END) AS AEOUT,
       ct_term('NY', o.SCONG) AS AESCONG, ct_term('NY', o.SDISAB) AS AESDISAB, ct_term('NY', o.SDTH) AS AESDTH,
       ct_term('NY', o.SHOSP) AS AESHOSP, ct_term('NY', o.SLIFE) AS AESLIFE, ct_term('NY', o.SMIE) AS AESMIE,
       o.AETOXGR, epoch_of(o.AESTDTC, r.FIRSTDOSE, r.LASTDOSE) AS EPOCH, o.AESTDTC, o.AEENDTC,
       study_day(o.AESTDTC, r.FIRSTDOSE) AS AESTDY, study_day(o.AEENDTC, r.FIRSTDOSE) AS AEENDY, o.AEENRTPT,
       CASE WHEN o.AEENRTPT <> '' THEN parameter('DATA_CUTOFF') ELSE '' END AS AEENTPT,
       trim(o.GRADE_ONSET) AS AEITOXGR, o.AERELISA, o.AERELPOM, o.AERELCAR, o.AERELDEX,
       o.AEACNISA, o.AEACNPOM, o.AEACNCAR, o.AEACNDEX,
       ct_term('NY', o.IRRFL) AS AEIRRFL, as_number(o.INFNO) AS AEINFNO, ascii_text(o.OTHSPEC) AS AEOTHSPC,
       ct_term('REPORTSRC', o.REPORTSRC) AS AEREPSRC, ct_term('LANG', o.AELANG) AS AELANG,
       coalesce(g.CTCAETERM, '') AS AECTCTRM, coalesce(g.AECODST, '') AS AECODST, o.AEDTHDTC
  FROM overall AS o
  LEFT JOIN coding AS g
    ON g.SITENO = o.SITENO AND g.SUBJNO = o.SUBJNO AND g.AENUM = o.AENUM AND g.CODEPART = o.PART
  LEFT JOIN reference_dates() AS r ON r.USUBJID = o.USUBJID;

CREATE OR REPLACE TABLE qc.ae AS
SELECT STUDYID, DOMAIN, USUBJID, AESEQ, AEGRPID, AESPID, AETERM, AEMODIFY, AELLT, AELLTCD, AEDECOD, AEPTCD, AEHLT,
       AEHLTCD, AEHLGT, AEHLGTCD, AEBODSYS, AEBDSYCD, AESOC, AESOCCD, AESER, AEACN, AEACNOTH, AEREL, AEOUT, AESCONG,
       AESDISAB, AESDTH, AESHOSP, AESLIFE, AESMIE, AETOXGR, EPOCH, AESTDTC, AEENDTC, AESTDY, AEENDY, AEENRTPT, AEENTPT
  FROM qc.ae_wide
 ORDER BY USUBJID, AESTDTC, AETERM, AESPID;
