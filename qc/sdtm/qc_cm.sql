/*****************************************************************************
* Program   : qc/sdtm/qc_cm.sql
* Study     : IONASYN01
* Output    : CM (Concomitant/Prior Medications); qc.cm_wide holds its
*             supplemental variables too
* Purpose   : Second program for CM. One record per prior regimen; a line of
*             therapy (CMGRPID) can have several.
* Inputs    : raw.priortx, raw.enrol, raw.sites and the dosing forms;
*             spec.codelists, spec.parameters; qc/macros.sql
* Outputs   : qc.cm_wide, qc.cm
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.cm_wide AS
WITH regimens AS (
  SELECT s.USUBJID,
         p.LINENO                                                    AS CMGRPID,
         form_record_id(p.FORM, p.SITENO, p.SUBJNO, p.FORMREPEAT)    AS CMSPID,
         ascii_text(p.REGIMEN)                                       AS CMTRT,
         ascii_text(p.REASEND)                                       AS CMRSDISC,
         iso_date(p.STARTDT, s.DATEFMT)                              AS CMSTDTC,
         iso_date(p.ENDDT, s.DATEFMT)                                AS CMENDTC,
         ascii_text(p.DRUG1) AS CMDRUG1, ascii_text(p.DRUG2) AS CMDRUG2,
         ascii_text(p.DRUG3) AS CMDRUG3, ascii_text(p.DRUG4) AS CMDRUG4,
         ct_term('BESTRESP', p.BESTRESP)                             AS CMBRESP,
         ct_term('NY', p.REFRACT)                                    AS CMREFR,
         ct_term('NY', p.ASCT)                                       AS CMASCT,
         iso_date(p.ASCTDT, s.DATEFMT)                               AS CMASCTDT,
         ct_term('NY', p.ANTICD38)                                   AS CMACD38
    FROM raw.priortx AS p JOIN subjects() AS s ON s.SITENO = p.SITENO AND s.SUBJNO = p.SUBJNO)
SELECT 'IONASYN01' AS STUDYID, 'CM' AS DOMAIN, g.USUBJID,
       CAST(row_number() OVER (PARTITION BY g.USUBJID ORDER BY as_number(g.CMGRPID), g.CMSTDTC, g.CMSPID)
            AS DOUBLE) AS CMSEQ,
       g.CMGRPID, g.CMSPID, g.CMTRT, 'PRIOR THERAPY' AS CMCAT, 'MULTIPLE MYELOMA' AS CMINDC, g.CMRSDISC,
       g.CMSTDTC, g.CMENDTC,
       study_day(g.CMSTDTC, r.FIRSTDOSE) AS CMSTDY, study_day(g.CMENDTC, r.FIRSTDOSE) AS CMENDY,
       g.CMDRUG1, g.CMDRUG2, g.CMDRUG3, g.CMDRUG4, g.CMBRESP, g.CMREFR, g.CMASCT, g.CMASCTDT, g.CMACD38
  FROM regimens AS g LEFT JOIN reference_dates() AS r ON r.USUBJID = g.USUBJID;

CREATE OR REPLACE TABLE qc.cm AS
SELECT STUDYID, DOMAIN, USUBJID, CMSEQ, CMGRPID, CMSPID, CMTRT, CMCAT, CMINDC, CMRSDISC, CMSTDTC,
       CMENDTC, CMSTDY, CMENDY
  FROM qc.cm_wide
 ORDER BY USUBJID, CMGRPID, CMSTDTC, CMSPID;
