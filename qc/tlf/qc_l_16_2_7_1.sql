/******************************************************************************
 Program      : qc/tlf/qc_l_16_2_7_1.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : L-16-2-7-1, All Adverse Events
 Purpose      : Independent second program: lists all events again, cell by
                cell.
                Written from specs/tlf.xlsx and docs/tables.md; the
                production code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.l_16_2_7_1, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.l_16_2_7_1 as
with
records as (
    select row_number() over (order by place) as line, texts.*
    from event_texts() as texts
    where ENRLFL = 'Y'
),
written as (
    select line, USUBJID, cells.*
    from records
    cross join lateral (values
        (1, 'SUBJ', 'Subject Age / sex / weight Race Regimen', stacked(subject)),
        (2, 'TERM', 'Reported term/ Preferred term/ System organ class', stacked(term)),
        (3, 'DATES', 'Start (day) End (day) Duration', stacked(dates)),
        (4, 'SER', 'TEAE / grade / serious Criteria',
         stacked([case TRTEMFL when 'Y' then 'Y' else 'N' end || ' / ' || grade_serious, criteria])),
        (5, 'REL', 'Related to', relations),
        (6, 'ACN', 'Action taken', actions),
        (7, 'OUT', 'Outcome', outcome),
        (8, 'DOSE', 'Last isa dose (days ago)',
         stacked([unless_blank(dose, 'None'), date9(LDOSEDT), in_brackets(LDAEELD)]))
    ) as cells (column_order, column_id, column_label, text)
),
cells as (from listed_cells('written'))
from listing_data('L-16-2-7-1', 'cells', 'ADAE');
