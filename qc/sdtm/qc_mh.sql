/*****************************************************************************
* Program   : qc/sdtm/qc_mh.sql
* Study     : IONASYN01
* Output    : MH (Medical History); qc.mh_wide holds its supplemental variables too
* Purpose   : Second program for MH: the diagnosis of myeloma, one record per
*             diagnosis form.
* Inputs    : raw.dxhist, raw.enrol, raw.sites and the dosing forms;
*             spec.codelists, spec.parameters; qc/macros.sql
* Outputs   : qc.mh_wide, qc.mh
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.mh_wide AS
WITH diagnoses AS (
  SELECT s.USUBJID, iso_date(d.DXDT, s.DATEFMT) AS MHSTDTC,
         ascii_text(d.MMTYPE)                   AS MHTYPE,
         ct_term('ISS', d.ISS_DX)               AS MHISSDX,
         ct_term('ISS', d.RISS_DX)              AS MHRISSDX,
         ct_term('ISS', d.ISS_BL)               AS MHISSBL,
         iso_date(d.ISSDT, s.DATEFMT)           AS MHISSDTC,
         -- mg/L; nmol/L divided by the factor of the registry
         CASE lower(d.B2MU)
           WHEN 'nmol/l' THEN rounded_quotient(exact_number(d.B2M), exact_number(parameter('B2M_NMOL_PER_MG')), 2)
           ELSE CAST(round(exact_number(d.B2M), 2) AS DOUBLE)
         END                                    AS MHB2M,
         -- g/L; 1 g/dL = 10 g/L
         CAST(round(exact_number(d.ALB) * CASE lower(d.ALBU) WHEN 'g/dl' THEN 10 ELSE 1 END, 1) AS DOUBLE)
                                                AS MHALB,
         as_number(d.LDH)                       AS MHLDH,
         as_number(d.LDHULN)                    AS MHLDHULN,
         -- umol/L; mg/dL times the factor of the registry
         CAST(round(exact_number(d.CREAT)
                    * CASE lower(d.CREATU)
                        WHEN 'mg/dl' THEN exact_number(parameter('CREAT_UMOL_PER_MGDL')) ELSE 1
                      END, 1)
              AS DOUBLE)                        AS MHCREAT,
         as_number(d.EGFR)                      AS MHEGFR,
         ct_term('NY', d.EMD) AS MHEMD, ct_term('NY', d.PLASMACYT) AS MHPLASMA, ct_term('NY', d.LYTIC) AS MHLYTIC
    FROM raw.dxhist AS d JOIN subjects() AS s ON s.SITENO = d.SITENO AND s.SUBJNO = d.SUBJNO)
SELECT 'IONASYN01' AS STUDYID, 'MH' AS DOMAIN, d.USUBJID,
       CAST(row_number() OVER (PARTITION BY d.USUBJID ORDER BY d.MHSTDTC) AS DOUBLE) AS MHSEQ,
       'MULTIPLE MYELOMA' AS MHTERM, 'DIAGNOSIS' AS MHEVDTYP, 'PRIMARY DIAGNOSIS' AS MHCAT, d.MHSTDTC,
       study_day(d.MHSTDTC, r.FIRSTDOSE) AS MHSTDY,
       d.MHTYPE, d.MHISSDX, d.MHRISSDX, d.MHISSBL, d.MHISSDTC, d.MHB2M, d.MHALB, d.MHLDH, d.MHLDHULN, d.MHCREAT,
       d.MHEGFR, d.MHEMD, d.MHPLASMA, d.MHLYTIC
  FROM diagnoses AS d LEFT JOIN reference_dates() AS r ON r.USUBJID = d.USUBJID;

CREATE OR REPLACE TABLE qc.mh AS
SELECT STUDYID, DOMAIN, USUBJID, MHSEQ, MHTERM, MHEVDTYP, MHCAT, MHSTDTC, MHSTDY
  FROM qc.mh_wide
 ORDER BY USUBJID, MHTERM, MHSTDTC;
