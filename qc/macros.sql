/*****************************************************************************
* Program   : qc/macros.sql
* Study     : IONASYN01
* Output    : none: macros that the programs in qc/sdtm share
* Purpose   : Rules that several SDTM datasets need: collected dates, study days,
*             epochs, controlled terms, text, rounding, the subject's current
*             number, which dosing records are exposure, first and last dose.
* Inputs    : raw.enrol, raw.sites, raw.isa_admin, raw.car_admin, raw.pom_log,
*             raw.dex_log; spec.codelists, spec.parameters
* Sources   : docs/raw-forms.md sections 1, 2 and 4; specs/sdtm.xlsx sheets
*             Methods (descriptions) and Codelists
* Author    : QC programmer
* History   : 1.0 first version
* Notes     : Blank character is ''. Load this file once before the programs.
*****************************************************************************/

/*---------------------------------------------------------------------------
  Collected dates (raw-forms 2): letters decide the month, digits follow the
  date format of the site in the row; UN, UNK, UK, NK are unknown; yy is 20yy.
  What is known is kept, cut off from the right: 2021-03-15, 2021-03, 2021, ''.
---------------------------------------------------------------------------*/
-- '15/MRZ/2021' -> ['15', 'MRZ', '2021']
CREATE OR REPLACE MACRO date_pieces(typed) AS
  string_split(regexp_replace(upper(trim(typed)), '[/.]', '-', 'g'), '-');

-- The six languages of the sites. NULL: not a month name.
CREATE OR REPLACE MACRO month_of_name(piece) AS
  MAP {'JAN': '01', 'GEN': '01', 'ENE': '01', 'OCA': '01',
       'FEB': '02', 'FEV': '02', 'SUB': '02',
       'MAR': '03', 'MRZ': '03',
       'APR': '04', 'AVR': '04', 'ABR': '04', 'NIS': '04',
       'MAY': '05', 'MAI': '05', 'MAG': '05',
       'JUN': '06', 'GIU': '06', 'HAZ': '06',
       'JUL': '07', 'LUG': '07', 'TEM': '07',
       'AUG': '08', 'AOU': '08', 'AGO': '08', 'AGU': '08',
       'SEP': '09', 'SET': '09', 'EYL': '09',
       'OCT': '10', 'OTT': '10', 'OKT': '10', 'EKI': '10',
       'NOV': '11', 'KAS': '11',
       'DEC': '12', 'DIC': '12', 'DEZ': '12', 'ARA': '12'}[piece];

-- Two digits of a day or month in digits. NULL: unknown or letters.
CREATE OR REPLACE MACRO two_digits(piece) AS
  CASE WHEN regexp_full_match(piece, '[0-9]{1,2}') THEN lpad(piece, 2, '0') END;

-- NULL: year unknown. A year of two digits is 20yy.
CREATE OR REPLACE MACRO four_digit_year(piece) AS
  CASE
    WHEN regexp_full_match(piece, '[0-9]{4}') THEN piece
    WHEN regexp_full_match(piece, '[0-9]{2}') THEN '20' || piece
  END;

-- A day or month that the data dictionary knows: digits, a month name, or unknown.
CREATE OR REPLACE MACRO is_day_or_month(piece) AS
  regexp_full_match(piece, '[0-9]{1,2}|UN|UNK|UK|NK') OR month_of_name(piece) IS NOT NULL;

-- Four digits or unknown; two digits only in dd-MON-yy.
CREATE OR REPLACE MACRO is_year(piece, with_month_name) AS
  regexp_full_match(piece, '[0-9]{4}|UN|UNK|UK|NK') OR (with_month_name AND regexp_full_match(piece, '[0-9]{2}'));

CREATE OR REPLACE MACRO is_date(piece) AS
  CASE len(piece)
    WHEN 1 THEN is_year(piece[1], FALSE)
    WHEN 2 THEN is_day_or_month(piece[1]) AND is_year(piece[2], FALSE)
    WHEN 3 THEN is_day_or_month(piece[1]) AND is_day_or_month(piece[2])
                AND is_year(piece[3], month_of_name(piece[2]) IS NOT NULL)
    ELSE FALSE
  END;

-- Cut off from the right where a part is unknown; a day or month that does not exist makes no date.
CREATE OR REPLACE MACRO known_date(yyyy, mm, dd) AS
  CASE
    WHEN yyyy IS NULL                                                                          THEN ''
    WHEN try_cast(yyyy || '-' || coalesce(mm, '01') || '-' || coalesce(dd, '01') AS DATE) IS NULL THEN ''
    WHEN mm   IS NULL                                                                          THEN yyyy
    WHEN dd   IS NULL                                                                          THEN yyyy || '-' || mm
    ELSE yyyy || '-' || mm || '-' || dd
  END;

CREATE OR REPLACE MACRO date_of_pieces(piece, site_format) AS
  CASE
    -- what the data dictionary does not know is no date
    WHEN NOT is_date(piece) THEN ''
    -- year alone
    WHEN len(piece) = 1 THEN known_date(four_digit_year(piece[1]), NULL, NULL)
    -- month and year
    WHEN len(piece) = 2 THEN
      known_date(four_digit_year(piece[2]), coalesce(month_of_name(piece[1]), two_digits(piece[1])), NULL)
    -- month first only for digits of a mm/dd/yyyy site
    WHEN site_format = 'mm/dd/yyyy' AND month_of_name(piece[2]) IS NULL THEN
      known_date(four_digit_year(piece[3]), two_digits(piece[1]), two_digits(piece[2]))
    ELSE
      known_date(four_digit_year(piece[3]), coalesce(month_of_name(piece[2]), two_digits(piece[2])),
                 two_digits(piece[1]))
  END;

-- The lambda names the pieces once, so that they are cut once and not at every use.
CREATE OR REPLACE MACRO iso_date(typed, site_format) AS
  list_transform([date_pieces(typed)], lambda piece: date_of_pieces(piece, site_format))[1];

-- A time counts only with a complete date.
CREATE OR REPLACE MACRO with_time(dtc, hhmm) AS
  CASE WHEN length(dtc) = 10 AND trim(hhmm) <> '' THEN dtc || 'T' || trim(hhmm) ELSE dtc END;

/*---------------------------------------------------------------------------
  Study day and epoch
---------------------------------------------------------------------------*/
-- The day of a complete ISO 8601 date or date/time; NULL when not complete.
CREATE OR REPLACE MACRO day_of(dtc) AS
  CASE WHEN length(dtc) >= 10 THEN CAST(substr(dtc, 1, 10) AS DATE) END;

-- There is no day 0.
CREATE OR REPLACE MACRO study_day(dtc, rfstdtc) AS
  CAST(date_diff('day', day_of(rfstdtc), day_of(dtc))
       + CASE WHEN day_of(dtc) >= day_of(rfstdtc) THEN 1 ELSE 0 END AS DOUBLE);

-- First and last day that a partial date can stand for.
CREATE OR REPLACE MACRO earliest_day(dtc) AS
  CASE length(dtc)
    WHEN 0 THEN NULL
    WHEN 4 THEN CAST(dtc || '-01-01' AS DATE)
    WHEN 7 THEN CAST(dtc || '-01' AS DATE)
    ELSE CAST(substr(dtc, 1, 10) AS DATE)
  END;

CREATE OR REPLACE MACRO latest_day(dtc) AS
  CASE length(dtc)
    WHEN 0 THEN NULL
    WHEN 4 THEN CAST(dtc || '-12-31' AS DATE)
    WHEN 7 THEN last_day(CAST(dtc || '-01' AS DATE))
    ELSE CAST(substr(dtc, 1, 10) AS DATE)
  END;

-- Never dosed: BASELINE (of a known date). A partial date needs to lie wholly in one epoch.
-- Where both have a time, the time decides within the day.
CREATE OR REPLACE MACRO epoch_of(dtc, first_dose, last_dose) AS
  CASE
    WHEN dtc = ''                                               THEN ''
    WHEN coalesce(first_dose, '') = ''                          THEN 'BASELINE'
    WHEN latest_day(dtc) < day_of(first_dose)                   THEN 'BASELINE'
    WHEN length(dtc) = 16 AND length(first_dose) = 16
         AND dtc < first_dose                                   THEN 'BASELINE'
    WHEN earliest_day(dtc) > day_of(last_dose)                  THEN 'FOLLOW-UP'
    WHEN length(dtc) = 16 AND length(last_dose) = 16
         AND dtc > last_dose                                    THEN 'FOLLOW-UP'
    WHEN earliest_day(dtc) >= day_of(first_dose)
         AND latest_day(dtc) <= day_of(last_dose)               THEN 'TREATMENT'
    ELSE ''
  END;

/*---------------------------------------------------------------------------
  Controlled terms: a collected value is the term whose Term, Decoded Value or
  Synonym it equals, whatever its case (Turkish dotted and dotless i included).
  A value without a term stays as it is, so that a comparison shows it.
---------------------------------------------------------------------------*/
CREATE OR REPLACE MACRO without_case(value) AS replace(lower(trim(value)), 'ı', 'i');

-- Every spelling of a codelist and its term.
CREATE OR REPLACE MACRO spellings_of(codelist) AS
  (WITH spellings AS (
     SELECT without_case(c.term) AS spelling, c.term FROM spec.codelists AS c
      WHERE c.workbook LIKE '%sdtm%' AND c.id = codelist
     UNION ALL
     SELECT without_case(c.decode), c.term FROM spec.codelists AS c
      WHERE c.workbook LIKE '%sdtm%' AND c.id = codelist
     UNION ALL
     SELECT without_case(c.synonym), c.term FROM spec.codelists AS c
      WHERE c.workbook LIKE '%sdtm%' AND c.id = codelist),
   one_term AS (SELECT spelling, max(term) AS term FROM spellings WHERE spelling <> '' GROUP BY spelling)
   SELECT map(list(o.spelling ORDER BY o.spelling), list(o.term ORDER BY o.spelling)) FROM one_term AS o);

CREATE OR REPLACE MACRO ct_term(codelist, collected) AS
  coalesce(spellings_of(codelist)[without_case(collected)], collected);

-- The decoded value of a term.
CREATE OR REPLACE MACRO ct_decode(codelist, coded) AS
  coalesce(
    (WITH decodes AS (SELECT DISTINCT c.term, c.decode FROM spec.codelists AS c
                       WHERE c.workbook LIKE '%sdtm%' AND c.id = codelist)
     SELECT map(list(d.term ORDER BY d.term), list(d.decode ORDER BY d.term)) FROM decodes AS d)[coded],
    '');

CREATE OR REPLACE MACRO parameter(wanted) AS
  (SELECT max(p.value) FROM spec.parameters AS p WHERE p.workbook LIKE '%sdtm%' AND p.name = wanted);

/*---------------------------------------------------------------------------
  Text (raw-forms 4.1): repair UTF-8 that was read as cp1252, NFC, blanks,
  then ASCII
---------------------------------------------------------------------------*/
-- The cp1252 byte of a character as two hexadecimal digits; 'ZZ': it has none.
-- The literal lists cp1252 80 to 9F in order; the five gaps are filled with '?', found at 3F before.
CREATE OR REPLACE MACRO cp1252_byte(letter) AS
  CASE
    WHEN unicode(letter) < 128 OR unicode(letter) BETWEEN 160 AND 255 THEN lpad(to_hex(unicode(letter)), 2, '0')
    WHEN instr('€?‚ƒ„…†‡ˆ‰Š‹Œ?Ž??‘’“”•–—˜™š›œ?žŸ', letter) > 0
      THEN to_hex(127 + instr('€?‚ƒ„…†‡ˆ‰Š‹Œ?Ž??‘’“”•–—˜™š›œ?žŸ', letter))
    ELSE 'ZZ'
  END;

-- NULL: not wholly cp1252, or its bytes are not UTF-8: nothing to repair.
CREATE OR REPLACE MACRO cp1252_read_as_utf8(typed) AS
  try(decode(unhex(array_to_string(list_transform(string_split(typed, ''), lambda c: cp1252_byte(c)), ''))));

CREATE OR REPLACE MACRO repaired(typed) AS
  CASE WHEN typed = '' THEN '' ELSE coalesce(cp1252_read_as_utf8(typed), typed) END;

-- No-break space, line breaks and tabs are spaces; spaces are squeezed and trimmed.
CREATE OR REPLACE MACRO one_spaced(typed) AS
  trim(regexp_replace(replace(typed, chr(160), ' '), '\s+', ' ', 'g'));

-- Letters without decomposition by table, then the marks are dropped.
CREATE OR REPLACE MACRO in_ascii(typed) AS
  strip_accents(
    replace(replace(replace(replace(replace(replace(replace(replace(replace(typed,
      'ı', 'i'), 'İ', 'I'), 'ß', 'ss'), 'ø', 'o'), 'Ø', 'O'), 'æ', 'ae'), 'œ', 'oe'), 'ł', 'l'), 'đ', 'd'));

CREATE OR REPLACE MACRO ascii_text(typed) AS in_ascii(one_spaced(nfc_normalize(repaired(typed))));

/*---------------------------------------------------------------------------
  Numbers: decimal arithmetic, half away from zero
---------------------------------------------------------------------------*/
CREATE OR REPLACE MACRO exact_number(typed) AS
  CASE WHEN trim(typed) <> '' THEN CAST(trim(typed) AS DECIMAL(30, 6)) END;

CREATE OR REPLACE MACRO as_number(typed) AS
  CASE WHEN trim(typed) <> '' THEN CAST(trim(typed) AS DOUBLE) END;

-- Rounds numerator / denominator (a positive one, both of at most 6 decimals) without leaving whole numbers.
CREATE OR REPLACE MACRO rounded_quotient(numerator, denominator, decimals) AS
  CAST(sign(numerator) * CAST(
    (2 * CAST(abs(numerator) * 1000000 AS HUGEINT) * CAST(power(10, decimals) AS HUGEINT)
       + CAST(denominator * 1000000 AS HUGEINT))
    // (2 * CAST(denominator * 1000000 AS HUGEINT)) AS DOUBLE) / power(10, decimals) AS DOUBLE);

-- 62 for 62.0, 61.6 for 61.6
CREATE OR REPLACE MACRO number_text(number) AS
  coalesce(regexp_replace(CAST(CAST(number AS DOUBLE) AS VARCHAR), '\.0$', ''), '');

/*---------------------------------------------------------------------------
  Subjects: a re-enrolled subject has the newest number on all records
---------------------------------------------------------------------------*/
-- One row per number ever given: SITENO, SUBJNO -> USUBJID, SUBJID, IS_CURRENT.
CREATE OR REPLACE MACRO subject_numbers() AS TABLE
  WITH RECURSIVE moves AS (
    SELECT SITENO, SUBJNO, SITENO AS LATERSITE, SUBJNO AS LATERSUBJ FROM raw.enrol
    UNION
    SELECT m.SITENO, m.SUBJNO, e.SITENO, e.SUBJNO
      FROM moves AS m JOIN raw.enrol AS e ON e.PREVSITE = m.LATERSITE AND e.PREVSUBJ = m.LATERSUBJ)
  SELECT m.SITENO, m.SUBJNO,
         'IONASYN01-' || m.LATERSITE || '-' || m.LATERSUBJ     AS USUBJID,
         m.LATERSITE || '-' || m.LATERSUBJ                     AS SUBJID,
         m.SITENO = m.LATERSITE AND m.SUBJNO = m.LATERSUBJ     AS IS_CURRENT
    FROM moves AS m
    -- the newest number is the one that no other enrolment names as its older number
   WHERE NOT EXISTS (SELECT 1 FROM raw.enrol AS n WHERE n.PREVSITE = m.LATERSITE AND n.PREVSUBJ = m.LATERSUBJ);

-- One row per number ever given, with the date format of the site that typed under it.
CREATE OR REPLACE MACRO subjects() AS TABLE
  SELECT n.SITENO, n.SUBJNO, n.USUBJID, n.SUBJID, n.IS_CURRENT, coalesce(s.EDC_DATEFMT, '') AS DATEFMT
    FROM subject_numbers() AS n LEFT JOIN raw.sites AS s ON s.SITENO = n.SITENO;

CREATE OR REPLACE MACRO form_record_id(form, siteno, subjno, formrepeat) AS
  form || '-' || siteno || '-' || subjno || '-' || formrepeat;

/*---------------------------------------------------------------------------
  Exposure records: given, dose above 0, of rows that differ in FORMREPEAT,
  DATASTATUS, ENTRYDT and LASTMODDT only the first one.
  One row per record: EXTRT, FORM and RECORD (of the raw row), USUBJID, dates.
---------------------------------------------------------------------------*/
CREATE OR REPLACE MACRO exposure_records() AS TABLE
  WITH isatuximab AS (
    SELECT 'ISATUXIMAB' AS EXTRT, 'isa_admin' AS FORM, RECORD, SITENO, SUBJNO,
           ADMDT AS STARTED, STTIM AS STARTTIME, ADMDT AS ENDED, ENTIM AS ENDTIME
      FROM raw.isa_admin
     WHERE ct_term('NY', GIVEN) = 'Y'
   QUALIFY row_number() OVER (
             PARTITION BY STUDY, SITENO, SUBJNO, FORM, VISIT, CYCLE, DAYNOM, ADMDT, STTIM, ENTIM, PLANMGKG, ACTDOSE,
                          ACTDOSEU, WTUSED, GIVEN, NOTGIVREAS, DELAYED, DELAYREAS, INTERRUPTED, INTREAS, RATE_MLH,
                          PREMED
             ORDER BY RECORD) = 1),
  carfilzomib AS (
    SELECT 'CARFILZOMIB', 'car_admin', RECORD, SITENO, SUBJNO, ADMDT, '', ADMDT, ''
      FROM raw.car_admin
     WHERE ct_term('NY', GIVEN) = 'Y'
   QUALIFY row_number() OVER (
             PARTITION BY STUDY, SITENO, SUBJNO, FORM, VISIT, CYCLE, DAYNOM, ADMDT, PLANMGM2, ACTDOSE, ACTDOSEU, BSA,
                          GIVEN, MODTYPE, MODREAS
             ORDER BY RECORD) = 1),
  pomalidomide AS (
    SELECT 'POMALIDOMIDE', 'pom_log', RECORD, SITENO, SUBJNO, STDT, '', ENDT, ''
      FROM raw.pom_log
     WHERE exact_number(DOSE) > 0
   QUALIFY row_number() OVER (
             PARTITION BY STUDY, SITENO, SUBJNO, FORM, VISIT, CYCLE, STDT, ENDT, DOSE, DOSEU, FRQ, MODTYPE, MODREAS,
                          AENUM
             ORDER BY RECORD) = 1),
  -- one dose on DEXDT, or an interval of daily doses from STDT to ENDDT
  dexamethasone AS (
    SELECT 'DEXAMETHASONE', 'dex_log', RECORD, SITENO, SUBJNO,
           CASE WHEN DEXDT <> '' THEN DEXDT ELSE STDT END, '', CASE WHEN DEXDT <> '' THEN DEXDT ELSE ENDDT END, ''
      FROM raw.dex_log
     WHERE exact_number(DOSE) > 0
   QUALIFY row_number() OVER (
             PARTITION BY STUDY, SITENO, SUBJNO, FORM, VISIT, CYCLE, DAYNOM, DEXDT, STDT, ENDDT, DOSE, DOSEU, ROUTE,
                          FRQ, MODTYPE, MODREAS
             ORDER BY RECORD) = 1),
  all_drugs AS (
    SELECT * FROM isatuximab UNION ALL SELECT * FROM carfilzomib
    UNION ALL SELECT * FROM pomalidomide UNION ALL SELECT * FROM dexamethasone)
  SELECT d.EXTRT, d.FORM, d.RECORD, d.SITENO, d.SUBJNO, s.USUBJID,
         with_time(iso_date(d.STARTED, s.DATEFMT), d.STARTTIME) AS EXSTDTC,
         -- an interval still running ends on the data cut-off date
         CASE WHEN d.ENDED = '' THEN parameter('DATA_CUTOFF')
              ELSE with_time(iso_date(d.ENDED, s.DATEFMT), d.ENDTIME) END AS EXENDTC
    FROM all_drugs AS d JOIN subjects() AS s ON s.SITENO = d.SITENO AND s.SUBJNO = d.SUBJNO;

-- First and last dose of any study drug; a subject never dosed has no row. The last dose is the latest end, or the
-- latest start when that is later: the end of the last infusion can have no time.
CREATE OR REPLACE MACRO reference_dates() AS TABLE
  SELECT USUBJID, min(nullif(EXSTDTC, '')) AS FIRSTDOSE, greatest(max(EXENDTC), max(EXSTDTC)) AS LASTDOSE
    FROM exposure_records() GROUP BY USUBJID;

-- The drugs a subject had: at least one exposure record.
CREATE OR REPLACE MACRO drugs_had() AS TABLE
  SELECT USUBJID,
         bool_or(EXTRT = 'ISATUXIMAB') AS HAD_ISA,   bool_or(EXTRT = 'POMALIDOMIDE')  AS HAD_POM,
         bool_or(EXTRT = 'CARFILZOMIB') AS HAD_CAR,  bool_or(EXTRT = 'DEXAMETHASONE') AS HAD_DEX
    FROM exposure_records() GROUP BY USUBJID;

/*---------------------------------------------------------------------------
  Death: a death form, or the study status death. The date is that of the
  death form, else that of the end of study form. One row per dead subject.
---------------------------------------------------------------------------*/
CREATE OR REPLACE MACRO deaths() AS TABLE
  WITH death_form AS (
    SELECT s.USUBJID, max(iso_date(d.DTHDT, s.DATEFMT)) AS DIED
      FROM raw.death AS d JOIN subjects() AS s ON s.SITENO = d.SITENO AND s.SUBJNO = d.SUBJNO GROUP BY s.USUBJID),
  study_form AS (
    SELECT s.USUBJID, max(iso_date(e.EOSDT, s.DATEFMT)) AS DIED
      FROM raw.eos AS e JOIN subjects() AS s ON s.SITENO = e.SITENO AND s.SUBJNO = e.SUBJNO
     WHERE ct_term('EOSSTAT', e.EOSSTAT) = 'DEATH' GROUP BY s.USUBJID)
  SELECT coalesce(f.USUBJID, e.USUBJID) AS USUBJID,
         coalesce(nullif(f.DIED, ''), e.DIED, '')    AS DTHDTC
    FROM death_form AS f FULL JOIN study_form AS e ON e.USUBJID = f.USUBJID;
