/******************************************************************************
 Program      : qc/tlf/qc_l_14_3_2_3.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : L-14-3-2-3, Treatment-Emergent Adverse Events Leading to
                Withdrawal of Any Study Drug
 Purpose      : Independent second program: lists the events again, cell by
                cell.
                Written from specs/tlf.xlsx and docs/tables.md; the
                production code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.l_14_3_2_3, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.l_14_3_2_3 as
with
records as (
    select row_number() over (order by place) as line, texts.*
    from event_texts() as texts
    where SAFFL = 'Y' and TRTEMFL = 'Y' and WDANYFL = 'Y'
),
written as (
    select line, USUBJID, cells.*
    from records
    cross join lateral (values
        (1, 'SUBJ', 'Subject Age / sex / weight Race Regimen', stacked(subject)),
        (2, 'TERM', 'Reported term/ Preferred term/ System organ class', stacked(term)),
        (3, 'DATES', 'Start (day) End (day) Duration', stacked(dates)),
        (4, 'SER', 'Grade / serious Criteria', stacked([grade_serious, criteria])),
        (5, 'REL', 'Related to', relations),
        (6, 'ACN', 'Action taken', actions),
        (7, 'OUT', 'Outcome', outcome),
        (8, 'DOSE', 'Last isa dose (days ago)',
         stacked([unless_blank(dose, 'None'), date9(LDOSEDT), in_brackets(LDAEELD)]))
    ) as cells (column_order, column_id, column_label, text)
),
cells as (from listed_cells('written'))
from listing_data('L-14-3-2-3', 'cells', 'ADAE');
