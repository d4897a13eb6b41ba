/*****************************************************************************
* Program   : qc/sdtm/qc_suppmh.sql
* Study     : IONASYN01
* Output    : SUPPMH (Supplemental Qualifiers for MH)
* Purpose   : Second program for SUPPMH: one record per supplemental variable of
*             MH that has a value. Labels and origins as in the sheet Variables;
*             QORIG is CRF for Collected.
* Inputs    : qc.mh_wide (run qc_mh.sql before); qc/macros.sql
* Outputs   : qc.suppmh
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.suppmh AS
SELECT w.STUDYID, 'MH' AS RDOMAIN, w.USUBJID, 'MHSEQ' AS IDVAR, number_text(w.MHSEQ) AS IDVARVAL,
       q.QNAM, q.QLABEL, q.QVAL, q.QORIG, '' AS QEVAL
  FROM qc.mh_wide AS w
 CROSS JOIN LATERAL (VALUES
    ('MHTYPE',   'Type of Myeloma',                  'CRF',      w.MHTYPE),
    ('MHISSDX',  'ISS Stage at Diagnosis',           'CRF',      w.MHISSDX),
    ('MHRISSDX', 'R-ISS Stage at Diagnosis',         'CRF',      w.MHRISSDX),
    ('MHISSBL',  'ISS Stage at Baseline',            'CRF',      w.MHISSBL),
    ('MHISSDTC', 'Date of ISS Stage at Baseline',    'CRF',      w.MHISSDTC),
    ('MHB2M',    'Beta-2 Microglobulin (mg/L)',      'DERIVED',  number_text(w.MHB2M)),
    ('MHALB',    'Albumin (g/L)',                    'DERIVED',  number_text(w.MHALB)),
    ('MHLDH',    'Lactate Dehydrogenase (U/L)',      'CRF',      number_text(w.MHLDH)),
    ('MHLDHULN', 'LDH, Upper Limit of Normal (U/L)', 'CRF',      number_text(w.MHLDHULN)),
    ('MHCREAT',  'Creatinine (umol/L)',              'DERIVED',  number_text(w.MHCREAT)),
    ('MHEGFR',   'Estimated GFR (mL/min/1.73 m2)',   'CRF',      number_text(w.MHEGFR)),
    ('MHEMD',    'Extramedullary Disease',           'CRF',      w.MHEMD),
    ('MHPLASMA', 'Plasmacytoma',                     'CRF',      w.MHPLASMA),
    ('MHLYTIC',  'Lytic Bone Lesions',               'CRF',      w.MHLYTIC)
       ) AS q(QNAM, QLABEL, QORIG, QVAL)
 WHERE q.QVAL <> ''
 ORDER BY w.USUBJID, w.MHSEQ, q.QNAM;
