/*****************************************************************************
* Program   : qc/sdtm/qc_ts.sql
* Study     : IONASYN01
* Output    : TS (Trial Summary)
* Purpose   : Second program for TS: the sheet TS with the names of the parameters;
*             a name in braces is the value of that parameter of the study.
* Inputs    : spec.ts, spec.codelists, spec.parameters; qc/macros.sql
* Outputs   : qc.ts
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.ts AS
SELECT 'IONASYN01' AS STUDYID, 'TS' AS DOMAIN, CAST(t.TSSEQ AS DOUBLE) AS TSSEQ, t.TSPARMCD,
       ct_decode('TSPARMCD', t.TSPARMCD)                          AS TSPARM,
       coalesce(p.value, t.TSVAL)                                 AS TSVAL,
       t.TSVALNF, t.TSVALCD, t.TSVCDREF, t.TSVCDVER
  FROM spec.ts AS t
  LEFT JOIN spec.parameters AS p ON p.workbook = 'sdtm' AND t.TSVAL = '{' || p.name || '}'
 ORDER BY t.TSPARMCD, TSSEQ;
