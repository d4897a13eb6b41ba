/******************************************************************************
 Program      : qc/tlf/qc_l_14_3_3.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : L-14-3-3, Data for Narratives: Serious, Fatal or Leading to
                Withdrawal
 Purpose      : Independent second program: lists the events again, with the
                state at baseline and death, cell by cell.
                Written from specs/tlf.xlsx and docs/tables.md; the
                production code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.l_14_3_3, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.l_14_3_3 as
with
-- Texts about the subject that only this listing prints.
subjects as (
    select USUBJID as about,
           decoded('COUNTRY', COUNTRY) as country_text,
           stacked(['From ' || date9(TRTSDT),
                    joined(['to', date9(TRTEDT), in_brackets(TRTDURD)], ' '),
                    counted(ISANDOSE, 'isa dose', 'isa doses'),
                    counted(NPRIOR, 'prior line', 'prior lines'),
                    'ISS: ' || case ISSBL when '' then '-' else decoded('ISS', ISSBL) end,
                    'Risk: ' || case CYTORISK when '' then '-' else lower(decoded('CYTORISK', CYTORISK)) end,
                    'ECOG: ' || unless_blank(ECOGBL, '-'),
                    'eGFR: ' || unless_blank(number_text(EGFRBL), '-')]) as history,
           joined([case when DTHDT is null then '' else 'Died ' || dated(DTHDT, DTHDTF, DTHADY) end,
                   decoded('DTHCAUS', DTHCAUS)], chr(10)) as death
    from adam.adsl
),
records as (
    select row_number() over (order by place) as line, *
    from event_texts() as texts
    join subjects on subjects.about = texts.USUBJID
    where SAFFL = 'Y' and NARRFL = 'Y'
),
written as (
    select line, USUBJID, cells.*
    from records
    cross join lateral (values
        (1, 'SUBJ', 'Subject Age / sex / weight Race Regimen Country',
         stacked(list_append(subject, country_text))),
        (2, 'HIST', 'Treatment (days) History and state at baseline', history),
        (3, 'TERM', 'Reported term/ Preferred term/ System organ class', stacked(term)),
        (4, 'DATES', 'Start (day) End (day) Duration Last isa dose (days ago)',
         stacked(list_concat(dates, [unless_blank(dose, 'No isa dose'), dated(LDOSEDT, '', LDAEELD)]))),
        (5, 'REL', 'Related to', relations),
        (6, 'ACN', 'Action taken', actions),
        (7, 'OUT', 'Grade / serious Criteria Outcome Death (day), cause',
         stacked([grade_serious, joined([criteria, outcome, death], chr(10))]))
    ) as cells (column_order, column_id, column_label, text)
),
cells as (from listed_cells('written'))
from listing_data('L-14-3-3', 'cells', 'ADAE');
