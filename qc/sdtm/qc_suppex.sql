/*****************************************************************************
* Program   : qc/sdtm/qc_suppex.sql
* Study     : IONASYN01
* Output    : SUPPEX (Supplemental Qualifiers for EX)
* Purpose   : Second program for SUPPEX: one record per supplemental variable of
*             EX that has a value. Labels and origins as in the sheet Variables;
*             QORIG is CRF for Collected.
* Inputs    : qc.ex_wide (run qc_ex.sql before); qc/macros.sql
* Outputs   : qc.suppex
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.suppex AS
SELECT w.STUDYID, 'EX' AS RDOMAIN, w.USUBJID, 'EXSEQ' AS IDVAR, number_text(w.EXSEQ) AS IDVARVAL,
       q.QNAM, q.QLABEL, q.QVAL, q.QORIG, '' AS QEVAL
  FROM qc.ex_wide AS w
 CROSS JOIN LATERAL (VALUES
    ('EXCYCLE',  'Treatment Cycle',                         'CRF',      number_text(w.EXCYCLE)),
    ('EXDOSC',   'Dose as Collected, Where Converted',      'CRF',      w.EXDOSC),
    ('EXDOSUC',  'Dose Unit as Collected, Where Converted', 'CRF',      w.EXDOSUC),
    ('EXWTUSED', 'Weight Used for Dosing (kg)',             'CRF',      number_text(w.EXWTUSED)),
    ('EXBSA',    'Body Surface Area Used for Dosing (m2)',  'CRF',      number_text(w.EXBSA)),
    ('EXMODTYP', 'Type of Dose Modification',               'CRF',      w.EXMODTYP),
    ('EXDELAY',  'Infusion Delayed',                        'CRF',      w.EXDELAY),
    ('EXINTRPT', 'Infusion Interrupted',                    'CRF',      w.EXINTRPT),
    ('EXAESPID', 'Adverse Event Behind the Change',         'CRF',      w.EXAESPID)
       ) AS q(QNAM, QLABEL, QORIG, QVAL)
 WHERE q.QVAL <> ''
 ORDER BY w.USUBJID, w.EXSEQ, q.QNAM;
