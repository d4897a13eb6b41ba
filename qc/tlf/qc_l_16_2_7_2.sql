/******************************************************************************
 Program      : qc/tlf/qc_l_16_2_7_2.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : L-16-2-7-2, Adverse Events That Are Not Treatment-Emergent or
                Cannot Be Dated
 Purpose      : Independent second program: lists the events again, cell by
                cell.
                Written from specs/tlf.xlsx and docs/tables.md; the
                production code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.l_16_2_7_2, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.l_16_2_7_2 as
with
records as (
    select row_number() over (order by place) as line, texts.*
    from event_texts() as texts
    where ENRLFL = 'Y' and (TRTEMFL = '' or ASTDT is null)
),
written as (
    select line, USUBJID, cells.*
    from records
    cross join lateral (values
        (1, 'SUBJ', 'Subject Age / sex / weight Race Regimen', stacked(subject)),
        (2, 'TERM', 'Reported term/ Preferred term/ System organ class', stacked(term)),
        (3, 'REPORTED', 'As reported Start End',
         stacked([unless_blank(AESTDTC, 'Unknown'),
                  unless_blank(AEENDTC, case AEENRTPT when 'ONGOING' then 'Ongoing' else 'Unknown' end)])),
        (4, 'DATES', 'Start (day) End (day) Duration', stacked(dates)),
        (5, 'TRT', 'First dose Last dose (day)',
         stacked([unless_blank(date9(TRTSDT), 'Not treated'), date9(TRTEDT), in_brackets(TRTDURD)])),
        (6, 'SER', 'TEAE / grade / serious Criteria',
         stacked([case TRTEMFL when 'Y' then 'Y' else 'N' end || ' / ' || grade_serious, criteria])),
        (7, 'WHY', 'Why not treatment- emergent, or why undatable', decoded('TRTEMRS', TRTEMRS))
    ) as cells (column_order, column_id, column_label, text)
),
cells as (from listed_cells('written'))
from listing_data('L-16-2-7-2', 'cells', 'ADAE');
