/*****************************************************************************
* Program   : qc/sdtm/qc_se.sql
* Study     : IONASYN01
* Output    : SE (Subject Elements)
* Purpose   : Second program for SE: the time before the first dose, from the first to
*             the last dose, and after it. Elements follow each other without a gap; the
*             last one ends with the participation, where that has ended.
* Inputs    : qc.dm, qc.ds, qc.vs, qc.rs; spec.codelists; qc/macros.sql
* Outputs   : qc.se
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.se AS
WITH
-- First assessment: the earliest vital signs or performance status of the subject.
assessed AS (
  SELECT USUBJID, min(DTC) AS FIRSTDTC
    FROM (SELECT USUBJID, VSDTC AS DTC FROM qc.vs UNION ALL SELECT USUBJID, RSDTC FROM qc.rs)
   WHERE DTC <> ''
   GROUP BY USUBJID),
subject AS (
  SELECT d.USUBJID, d.ACTARMCD, d.ACTARMUD, d.RFSTDTC, d.RFXENDTC, d.RFPENDTC,
         coalesce(least(nullif(d.RFICDTC, ''), a.FIRSTDTC), '')   AS BASEDTC,
         -- the last element is open while the subject is in the study
         CASE WHEN d.USUBJID IN (SELECT USUBJID FROM qc.ds WHERE DSSCAT = 'STUDY PARTICIPATION')
              THEN d.RFPENDTC ELSE '' END                         AS LEFTDTC
    FROM qc.dm AS d
    LEFT JOIN assessed AS a ON a.USUBJID = d.USUBJID),
-- Complete dates decide; a partial one is before another only as far as both are known.
planned AS (
  SELECT USUBJID, 1 AS PLACE, 'BASE' AS ETCD, 'BASELINE' AS EPOCH, BASEDTC AS SESTDTC, LEFTDTC, '' AS SEUPDES
    FROM subject
   WHERE RFSTDTC = '' OR (BASEDTC <> '' AND left(BASEDTC, least(len(BASEDTC), len(RFSTDTC), 10))
                                            < left(RFSTDTC, least(len(BASEDTC), len(RFSTDTC), 10)))
  UNION ALL
  SELECT USUBJID, 2, CASE WHEN ACTARMCD = '' THEN 'UNPLAN' ELSE ACTARMCD END, 'TREATMENT', RFSTDTC, LEFTDTC, ACTARMUD
    FROM subject
   WHERE RFSTDTC <> ''
  UNION ALL
  SELECT USUBJID, 3, 'FU', 'FOLLOW-UP', strftime(day_of(RFXENDTC) + INTERVAL 1 DAY, '%Y-%m-%d'), LEFTDTC, ''
    FROM subject
   WHERE RFXENDTC <> '' AND RFPENDTC <> ''
     AND left(RFXENDTC, least(len(RFXENDTC), len(RFPENDTC), 10)) < left(RFPENDTC, least(len(RFXENDTC), len(RFPENDTC), 10))),
followed AS (
  SELECT *, row_number() OVER same AS SESEQ, coalesce(lead(SESTDTC) OVER same, LEFTDTC) AS SEENDTC
    FROM planned
  WINDOW same AS (PARTITION BY USUBJID ORDER BY PLACE))
SELECT 'IONASYN01' AS STUDYID, 'SE' AS DOMAIN, f.USUBJID, CAST(f.SESEQ AS DOUBLE) AS SESEQ, f.ETCD,
       CASE WHEN f.ETCD = 'UNPLAN' THEN '' ELSE ct_decode('ETCD', f.ETCD) END AS ELEMENT,
       CASE WHEN f.ETCD <> 'UNPLAN' THEN CAST(f.PLACE AS DOUBLE) END AS TAETORD,
       f.EPOCH, f.SESTDTC, f.SEENDTC,
       study_day(f.SESTDTC, d.RFSTDTC) AS SESTDY, study_day(f.SEENDTC, d.RFSTDTC) AS SEENDY, f.SEUPDES
  FROM followed AS f JOIN qc.dm AS d ON d.USUBJID = f.USUBJID
 ORDER BY f.USUBJID, f.SESTDTC, f.ETCD;
