/*****************************************************************************
* Program   : qc/sdtm/qc_suppcm.sql
* Study     : IONASYN01
* Output    : SUPPCM (Supplemental Qualifiers for CM)
* Purpose   : Second program for SUPPCM: one record per supplemental variable of
*             CM that has a value. Labels and origins as in the sheet Variables;
*             QORIG is CRF for Collected.
* Inputs    : qc.cm_wide (run qc_cm.sql before); qc/macros.sql
* Outputs   : qc.suppcm
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.suppcm AS
SELECT w.STUDYID, 'CM' AS RDOMAIN, w.USUBJID, 'CMSEQ' AS IDVAR, number_text(w.CMSEQ) AS IDVARVAL,
       q.QNAM, q.QLABEL, q.QVAL, q.QORIG, '' AS QEVAL
  FROM qc.cm_wide AS w
 CROSS JOIN LATERAL (VALUES
    ('CMDRUG1',  'Drug 1 of the Regimen',             'CRF',      w.CMDRUG1),
    ('CMDRUG2',  'Drug 2 of the Regimen',             'CRF',      w.CMDRUG2),
    ('CMDRUG3',  'Drug 3 of the Regimen',             'CRF',      w.CMDRUG3),
    ('CMDRUG4',  'Drug 4 of the Regimen',             'CRF',      w.CMDRUG4),
    ('CMBRESP',  'Best Response to the Regimen',      'CRF',      w.CMBRESP),
    ('CMREFR',   'Refractory to the Regimen',         'CRF',      w.CMREFR),
    ('CMASCT',   'Autologous Stem Cell Transplant',   'CRF',      w.CMASCT),
    ('CMASCTDT', 'Date of Stem Cell Transplant',      'CRF',      w.CMASCTDT),
    ('CMACD38',  'Anti-CD38 Antibody in the Regimen', 'CRF',      w.CMACD38)
       ) AS q(QNAM, QLABEL, QORIG, QVAL)
 WHERE q.QVAL <> ''
 ORDER BY w.USUBJID, w.CMSEQ, q.QNAM;
