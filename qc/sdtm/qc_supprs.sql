/*****************************************************************************
* Program   : qc/sdtm/qc_supprs.sql
* Study     : IONASYN01
* Output    : SUPPRS (Supplemental Qualifiers for RS)
* Purpose   : Second program for SUPPRS: one record per supplemental variable of
*             RS that has a value. Labels and origins as in the sheet Variables;
*             QORIG is CRF for Collected.
* Inputs    : qc.rs_wide (run qc_rs.sql before); qc/macros.sql
* Outputs   : qc.supprs
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.supprs AS
SELECT w.STUDYID, 'RS' AS RDOMAIN, w.USUBJID, 'RSSEQ' AS IDVAR, number_text(w.RSSEQ) AS IDVARVAL,
       q.QNAM, q.QLABEL, q.QVAL, q.QORIG, '' AS QEVAL
  FROM qc.rs_wide AS w
 CROSS JOIN LATERAL (VALUES
    ('RSSCALE', 'Scale as Collected', 'CRF',      w.RSSCALE)
       ) AS q(QNAM, QLABEL, QORIG, QVAL)
 WHERE q.QVAL <> ''
 ORDER BY w.USUBJID, w.RSSEQ, q.QNAM;
