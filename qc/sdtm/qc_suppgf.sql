/*****************************************************************************
* Program   : qc/sdtm/qc_suppgf.sql
* Study     : IONASYN01
* Output    : SUPPGF (Supplemental Qualifiers for GF)
* Purpose   : Second program for SUPPGF: one record per supplemental variable of
*             GF that has a value. Labels and origins as in the sheet Variables;
*             QORIG is CRF for Collected.
* Inputs    : qc.gf_wide (run qc_gf.sql before); qc/macros.sql
* Outputs   : qc.suppgf
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.suppgf AS
SELECT w.STUDYID, 'GF' AS RDOMAIN, w.USUBJID, 'GFSEQ' AS IDVAR, number_text(w.GFSEQ) AS IDVARVAL,
       q.QNAM, q.QLABEL, q.QVAL, q.QORIG, '' AS QEVAL
  FROM qc.gf_wide AS w
 CROSS JOIN LATERAL (VALUES
    ('GFTIMEPT', 'Time Point of the Sample',      'CRF',      w.GFTIMEPT),
    ('GFPCTCEL', 'Abnormal Cells (%)',            'CRF',      number_text(w.GFPCTCEL)),
    ('GFCUTOFF', 'Cut-off of the Laboratory (%)', 'CRF',      number_text(w.GFCUTOFF)),
    ('GFCOMM',   'Comment on the Test',           'CRF',      w.GFCOMM)
       ) AS q(QNAM, QLABEL, QORIG, QVAL)
 WHERE q.QVAL <> ''
 ORDER BY w.USUBJID, w.GFSEQ, q.QNAM;
