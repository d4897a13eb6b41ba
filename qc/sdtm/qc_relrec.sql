/*****************************************************************************
* Program   : qc/sdtm/qc_relrec.sql
* Study     : IONASYN01
* Output    : RELREC (Related Records)
* Purpose   : Second program for RELREC: a stopped drug (DS) or a changed dose (EX) and
*             the adverse event that the site gave as the reason; two records each.
* Inputs    : qc.ds_wide, qc.ex_wide, qc.ae
* Outputs   : qc.relrec
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.relrec AS
WITH
named AS (
  SELECT USUBJID, 'DS' AS DOMAIN, DSSEQ AS SEQ, DSAESPID AS AESPID FROM qc.ds_wide WHERE DSAESPID <> ''
  UNION ALL
  SELECT USUBJID, 'EX', EXSEQ, EXAESPID FROM qc.ex_wide WHERE EXAESPID <> ''),
related AS (
  SELECT n.USUBJID, n.DOMAIN, CAST(n.SEQ AS INTEGER) AS SEQ, min(CAST(a.AESEQ AS INTEGER)) AS AESEQ
    FROM named AS n JOIN qc.ae AS a ON a.USUBJID = n.USUBJID AND a.AESPID = n.AESPID
   GROUP BY ALL)
SELECT 'IONASYN01' AS STUDYID, DOMAIN AS RDOMAIN, USUBJID, DOMAIN || 'SEQ' AS IDVAR, CAST(SEQ AS VARCHAR) AS IDVARVAL,
       '' AS RELTYPE, DOMAIN || SEQ AS RELID
  FROM related
 UNION ALL
SELECT 'IONASYN01', 'AE', USUBJID, 'AESEQ', CAST(AESEQ AS VARCHAR), '', DOMAIN || SEQ
  FROM related
 ORDER BY RDOMAIN, USUBJID, IDVAR, IDVARVAL, RELID;
