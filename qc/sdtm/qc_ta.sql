/*****************************************************************************
* Program   : qc/sdtm/qc_ta.sql
* Study     : IONASYN01
* Output    : TA (Trial Arms)
* Purpose   : Second program for TA: the sheet TA with the names of arms and
*             elements.
* Inputs    : spec.ta, spec.codelists; qc/macros.sql
* Outputs   : qc.ta
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.ta AS
SELECT 'IONASYN01' AS STUDYID, 'TA' AS DOMAIN, ARMCD,
       CASE ARMCD WHEN 'ISAPD' THEN 'Isa-Pd' WHEN 'ISAKD' THEN 'Isa-Kd' END AS ARM,
       CAST(TAETORD AS DOUBLE) AS TAETORD, ETCD, ct_decode('ETCD', ETCD) AS ELEMENT, TABRANCH, '' AS TATRANS, EPOCH
  FROM spec.ta
 ORDER BY ARMCD, TAETORD;
