/******************************************************************************
 Program      : qc/tlf/qc_f_14_3_3.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : F-14-3-3, Time on Treatment, Serious Adverse Events and
                Withdrawals: Subjects with a Serious TEAE or a TEAE Leading to
                Withdrawal of a Drug
 Purpose      : Independent second program: lists again what each lane shows.
                Written from specs/tlf.xlsx and docs/tables.md; the
                production code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.f_14_3_3, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.f_14_3_3 as
with
-- A record per serious event, and per event that led to withdrawal of a drug; lanes by regimen and time on treatment.
records as (
    select row_number() over (order by adsl.TRT01AN, adsl.TRTDURD desc, adae.USUBJID,
                                       adae.ASTDY nulls first, adae.AESEQ) as line,
           adae.USUBJID, adae.AEDECOD, adae.ASTDY, adae.AESER, adae.WDANYFL,
           adsl.TRT01A, adsl.TRTDURD, adsl.DTHADY, adsl.EOTSTT
    from adam.adae as adae
    join adam.adsl as adsl on adsl.USUBJID = adae.USUBJID
    where adsl.SAFFL = 'Y' and adae.TRTEMFL = 'Y' and (adae.AESER = 'Y' or adae.WDANYFL = 'Y')
),
drawn as (
    select line, USUBJID, parts.*
    from records
    cross join lateral (values
        (1, 'REG',  'Regimen',                              TRT01A,  null, null,    null),
        (2, 'SUBJ', 'Subject',                              USUBJID, null, null,    null),
        (3, 'PT',   'Preferred term',                       AEDECOD, null, null,    null),
        (4, 'TRT',  'Study treatment',                      '',      1,    TRTDURD, null),
        (5, 'SER',  'Serious TEAE',                         '',      null, null,
         case when AESER = 'Y' then ASTDY end),
        (6, 'WD',   'TEAE leading to withdrawal of a drug', '',      null, null,
         case when WDANYFL = 'Y' then ASTDY end),
        (7, 'DTH',  'Death',                                '',      null, null,    DTHADY),
        (8, 'ONG',  'Treatment ongoing at data cut-off',    '',      null, null,
         case when EOTSTT = 'ONGOING' then TRTDURD end)
    ) as parts (column_order, column_id, column_label, words, first_day, last_day, day)
),
cells as (from lane_cells('drawn'))
from listing_data('F-14-3-3', 'cells', 'ADAE');
