/*****************************************************************************
* Program   : qc/sdtm/qc_vs.sql
* Study     : IONASYN01
* Output    : VS (Vital Signs)
* Purpose   : Second program for VS: up to five measurements of a row of the form,
*             one record each; a measurement that is blank gives no record.
* Inputs    : raw.vitals, raw.enrol, raw.sites and the dosing forms;
*             spec.codelists, spec.parameters; qc/macros.sql
* Outputs   : qc.vs
* Author    : QC programmer
* History   : 1.0 first version
*****************************************************************************/
CREATE OR REPLACE TABLE qc.vs AS
WITH
measurements AS (
  SELECT RECORD, 'HEIGHT' AS VSTESTCD, HEIGHT AS VSORRES, ct_term('VSRESU', HTU) AS VSORRESU, 'cm' AS VSSTRESU
    FROM raw.vitals
  UNION ALL SELECT RECORD, 'WEIGHT', WEIGHT, ct_term('VSRESU', WTU), 'kg' FROM raw.vitals
  UNION ALL SELECT RECORD, 'SYSBP', SBP, 'mmHg', 'mmHg' FROM raw.vitals
  UNION ALL SELECT RECORD, 'DIABP', DBP, 'mmHg', 'mmHg' FROM raw.vitals
  UNION ALL SELECT RECORD, 'TEMP', TEMP, ct_term('VSRESU', TEMPU), 'C' FROM raw.vitals),
records AS (
  SELECT s.USUBJID, m.VSTESTCD, m.VSORRES, m.VSORRESU, m.VSSTRESU,
         form_record_id(v.FORM, v.SITENO, v.SUBJNO, v.FORMREPEAT) AS VSSPID,
         ct_term('VISITNUM', v.VISIT)                             AS VISITNUM,
         iso_date(v.VSDT, s.DATEFMT)                              AS VSDTC,
         -- 1 in = 2.54 cm, 1 lb = 0.45359237 kg, C = (F - 32) x 5 / 9; one decimal; blood pressure as collected
         CASE m.VSORRESU
           WHEN 'm'    THEN CAST(round(exact_number(m.VSORRES) * 100, 1) AS DOUBLE)
           WHEN 'in'   THEN CAST(round(exact_number(m.VSORRES) * 2.54, 1) AS DOUBLE)
           WHEN 'LB'   THEN CAST(round(exact_number(m.VSORRES) * 0.45359237, 1) AS DOUBLE)
           WHEN 'F'    THEN rounded_quotient((exact_number(m.VSORRES) - 32) * 5, 9, 1)
           WHEN 'mmHg' THEN as_number(m.VSORRES)
           -- any other unit must be the standard one; without a unit there is no result
           WHEN m.VSSTRESU THEN CAST(round(exact_number(m.VSORRES), 1) AS DOUBLE)
         END                                                      AS VSSTRESN
    FROM measurements AS m
    JOIN raw.vitals AS v ON v.RECORD = m.RECORD
    JOIN subjects() AS s ON s.SITENO = v.SITENO AND s.SUBJNO = v.SUBJNO
   WHERE m.VSORRES <> ''),
dosed AS (
  SELECT c.*, r.FIRSTDOSE, r.LASTDOSE,
         c.VSSTRESN IS NOT NULL AND day_of(c.VSDTC) <= day_of(r.FIRSTDOSE) AS BEFOREDOSE
    FROM records AS c LEFT JOIN reference_dates() AS r ON r.USUBJID = c.USUBJID),
-- The last result of a test on or before the day of the first dose.
numbered AS (
  SELECT *,
         row_number() OVER (PARTITION BY USUBJID ORDER BY VSTESTCD, VSDTC, VSSPID)                       AS VSSEQ,
         row_number() OVER (PARTITION BY USUBJID, VSTESTCD, BEFOREDOSE ORDER BY VSDTC DESC, VSSPID DESC) AS FROMLAST
    FROM dosed)
SELECT 'IONASYN01' AS STUDYID, 'VS' AS DOMAIN, USUBJID, CAST(VSSEQ AS DOUBLE) AS VSSEQ, VSSPID,
       VSTESTCD, ct_decode('VSTESTCD', VSTESTCD) AS VSTEST, VSORRES, VSORRESU,
       number_text(VSSTRESN) AS VSSTRESC, VSSTRESN, VSSTRESU,
       CASE WHEN BEFOREDOSE AND FROMLAST = 1 THEN 'Y' ELSE '' END AS VSLOBXFL,
       as_number(VISITNUM) AS VISITNUM, ct_decode('VISITNUM', VISITNUM) AS VISIT,
       epoch_of(VSDTC, FIRSTDOSE, LASTDOSE) AS EPOCH, VSDTC, study_day(VSDTC, FIRSTDOSE) AS VSDY
  FROM numbered
 ORDER BY USUBJID, VSTESTCD, VSDTC, VSSPID;
