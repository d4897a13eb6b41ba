/******************************************************************************
 Program      : qc/tlf/qc_l_14_3_2_1.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : L-14-3-2-1, Deaths
 Purpose      : Independent second program: lists the deaths again, cell by
                cell.
                Written from specs/tlf.xlsx and docs/tables.md; the
                production code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.l_14_3_2_1, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.l_14_3_2_1 as
with
-- Fatal: outcome fatal, seriousness criterion death, or grade 5.
fatal as (
    select USUBJID as about,
           string_agg(joined([unless_blank(AEDECOD, 'Not coded'), in_brackets(ASTDY)], ' '), chr(10)
                      order by ASTDT nulls first, AESEQ) as events
    from adam.adae
    where AEOUT = 'FATAL' or AESDTH = 'Y' or ATOXGRN = 5
    group by USUBJID
),
records as (
    select row_number() over (order by USUBJID) as line, *
    from adam.adsl
    left join fatal on fatal.about = adsl.USUBJID
    where SAFFL = 'Y' and DTHFL = 'Y'
),
written as (
    select line, USUBJID, cells.*
    from records
    cross join lateral (values
        (1, 'SUBJ', 'Subject Age / sex / weight Race Regimen',
         stacked(subject_text(USUBJID, AGE, SEX, WEIGHTBL, RACE, TRT01A))),
        (2, 'TRT', 'Treated from to (day)', stacked([date9(TRTSDT), dated(TRTEDT, '', TRTDURD)])),
        (3, 'DEATH', 'Death (day) Days from last dose',
         stacked([unless_blank(dated(DTHDT, DTHDTF, DTHADY), '-'),
                  counted(LDDTHELD, 'day', 'days')])),
        (4, 'CAUSE', 'Primary cause as reported',
         stacked([case DTHCAUS when '' then 'Not reported' else decoded('DTHCAUS', DTHCAUS) end, DTHTXT])),
        (5, 'REL', 'Related to treatment / autopsy',
         unless_blank(DTHREL, '-') || ' / ' || unless_blank(DTHAUTOP, '-')),
        (6, 'AE', 'Fatal adverse events (day of onset)', coalesce(events, 'None'))
    ) as cells (column_order, column_id, column_label, text)
),
cells as (from listed_cells('written'))
from listing_data('L-14-3-2-1', 'cells', 'ADSL');
