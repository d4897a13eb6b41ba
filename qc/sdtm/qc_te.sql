/*****************************************************************************
* Program   : qc/sdtm/qc_te.sql
* Study     : IONASYN01
* Output    : TE (Trial Elements)
* Purpose   : Second program for TE: the sheet TE with the names of the elements.
* Inputs    : spec.te, spec.codelists; qc/macros.sql
* Outputs   : qc.te
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.te AS
SELECT 'IONASYN01' AS STUDYID, 'TE' AS DOMAIN, ETCD, ct_decode('ETCD', ETCD) AS ELEMENT, TESTRL, TEENRL
  FROM spec.te
 ORDER BY ETCD;
