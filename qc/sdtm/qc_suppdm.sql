/*****************************************************************************
* Program   : qc/sdtm/qc_suppdm.sql
* Study     : IONASYN01
* Output    : SUPPDM (Supplemental Qualifiers for DM)
* Purpose   : Second program for SUPPDM: one record per supplemental variable of
*             DM that has a value. Labels and origins as in the sheet Variables;
*             QORIG is CRF for Collected.
* Inputs    : qc.dm_wide (run qc_dm.sql before); qc/macros.sql
* Outputs   : qc.suppdm
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
-- DM has one record per subject: USUBJID alone names the parent record.
CREATE OR REPLACE TABLE qc.suppdm AS
SELECT w.STUDYID, 'DM' AS RDOMAIN, w.USUBJID, '' AS IDVAR, '' AS IDVARVAL,
       q.QNAM, q.QLABEL, q.QVAL, q.QORIG, '' AS QEVAL
  FROM qc.dm_wide AS w
 CROSS JOIN LATERAL (VALUES
    ('PREVSUBJ', 'Previous Subject Identifier',   'CRF',      w.PREVSUBJ),
    ('ENRTYPE',  'Enrolment Type',                'CRF',      w.ENRTYPE),
    ('CONSTYPE', 'Consent Type',                  'CRF',      w.CONSTYPE),
    ('PROTVER',  'Protocol Version at Enrolment', 'ASSIGNED', w.PROTVER),
    ('DECEASED', 'Deceased at Enrolment',         'CRF',      w.DECEASED)
       ) AS q(QNAM, QLABEL, QORIG, QVAL)
 WHERE q.QVAL <> ''
 ORDER BY w.USUBJID, q.QNAM;
