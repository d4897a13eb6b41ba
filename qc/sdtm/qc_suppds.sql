/*****************************************************************************
* Program   : qc/sdtm/qc_suppds.sql
* Study     : IONASYN01
* Output    : SUPPDS (Supplemental Qualifiers for DS)
* Purpose   : Second program for SUPPDS: one record per supplemental variable of
*             DS that has a value. Labels and origins as in the sheet Variables;
*             QORIG is CRF for Collected.
* Inputs    : qc.ds_wide (run qc_ds.sql before); qc/macros.sql
* Outputs   : qc.suppds
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.suppds AS
SELECT w.STUDYID, 'DS' AS RDOMAIN, w.USUBJID, 'DSSEQ' AS IDVAR, number_text(w.DSSEQ) AS IDVARVAL,
       q.QNAM, q.QLABEL, q.QVAL, q.QORIG, '' AS QEVAL
  FROM qc.ds_wide AS w
 CROSS JOIN LATERAL (VALUES
    ('DSLDOSDT', 'Date of Last Dose of the Drug',    'CRF',      w.DSLDOSDT),
    ('DSAESPID', 'Adverse Event Behind the Stop',    'CRF',      w.DSAESPID),
    ('DSDTHCS',  'Primary Cause of Death',           'CRF',      w.DSDTHCS),
    ('DSDTHTXT', 'Cause of Death, Text',             'CRF',      w.DSDTHTXT),
    ('DSAUTOP',  'Autopsy Performed',                'CRF',      w.DSAUTOP),
    ('DSDTHREL', 'Death Related to Study Treatment', 'CRF',      w.DSDTHREL)
       ) AS q(QNAM, QLABEL, QORIG, QVAL)
 WHERE q.QVAL <> ''
 ORDER BY w.USUBJID, w.DSSEQ, q.QNAM;
