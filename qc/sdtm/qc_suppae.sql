/*****************************************************************************
* Program   : qc/sdtm/qc_suppae.sql
* Study     : IONASYN01
* Output    : SUPPAE (Supplemental Qualifiers for AE)
* Purpose   : Second program for SUPPAE: one record per supplemental variable of
*             AE that has a value. Labels and origins as in the sheet Variables;
*             QORIG is CRF for Collected.
* Inputs    : qc.ae_wide (run qc_ae.sql before); qc/macros.sql
* Outputs   : qc.suppae
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.suppae AS
SELECT w.STUDYID, 'AE' AS RDOMAIN, w.USUBJID, 'AESEQ' AS IDVAR, number_text(w.AESEQ) AS IDVARVAL,
       q.QNAM, q.QLABEL, q.QVAL, q.QORIG, '' AS QEVAL
  FROM qc.ae_wide AS w
 CROSS JOIN LATERAL (VALUES
    ('AEITOXGR', 'Toxicity Grade at Onset',                 'CRF',      w.AEITOXGR),
    ('AERELISA', 'Causality, Isatuximab',                   'CRF',      w.AERELISA),
    ('AERELPOM', 'Causality, Pomalidomide',                 'CRF',      w.AERELPOM),
    ('AERELCAR', 'Causality, Carfilzomib',                  'CRF',      w.AERELCAR),
    ('AERELDEX', 'Causality, Dexamethasone',                'CRF',      w.AERELDEX),
    ('AEACNISA', 'Action Taken with Isatuximab',            'DERIVED',  w.AEACNISA),
    ('AEACNPOM', 'Action Taken with Pomalidomide',          'DERIVED',  w.AEACNPOM),
    ('AEACNCAR', 'Action Taken with Carfilzomib',           'DERIVED',  w.AEACNCAR),
    ('AEACNDEX', 'Action Taken with Dexamethasone',         'DERIVED',  w.AEACNDEX),
    ('AEIRRFL',  'Infusion Reaction, Investigator Opinion', 'CRF',      w.AEIRRFL),
    ('AEINFNO',  'Number of the Infusion',                  'CRF',      number_text(w.AEINFNO)),
    ('AEOTHSPC', 'Other Term, Specify',                     'CRF',      w.AEOTHSPC),
    ('AEREPSRC', 'Source of the Report',                    'CRF',      w.AEREPSRC),
    ('AELANG',   'Language of the Reported Term',           'CRF',      w.AELANG),
    ('AECTCTRM', 'CTCAE Term',                              'ASSIGNED', w.AECTCTRM),
    ('AECODST',  'Coding Status',                           'ASSIGNED', w.AECODST),
    ('AEDTHDTC', 'Date of Death on the AE Form',            'CRF',      w.AEDTHDTC)
       ) AS q(QNAM, QLABEL, QORIG, QVAL)
 WHERE q.QVAL <> ''
 ORDER BY w.USUBJID, w.AESEQ, q.QNAM;
