/******************************************************************************
 Program      : qc/tlf/qc_t_14_3_1_11.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : T-14-3-1-11, Exposure-Adjusted Incidence of Treatment-Emergent
                Adverse Events per 100 Patient-Years
 Purpose      : Independent second program: computes time at risk, rates and
                their exact limits again.
                Written from specs/tlf.xlsx and docs/tables.md; the
                production code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.t_14_3_1_11, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.t_14_3_1_11 as
with
columns (column_order, column_id, column_label) as (values
    (1, 'ISAPD', 'Isa-Pd'),
    (2, 'ISAKD', 'Isa-Kd')
),
members as (
    select regimen_column(TRT01A) as column_id, USUBJID, TRTSDT, RISKEDT
    from adam.adsl
    where SAFFL = 'Y'
),
totals as (from totals_of('columns', 'members')),
events as (
    select 1 as subgroup, members.column_id, adae.*
    from adam.adae as adae
    join members on members.USUBJID = adae.USUBJID and members.column_id is not null
    where adae.TRTEMFL = 'Y'
),
-- One row for each event and each line that it counts in, with its date.
answered as (
    select subgroup, answers.row_id, 0 as depth, '' as g1, '' as g2, column_id, USUBJID, ASTDT
    from events
    cross join lateral (values
        ('ANY',    true),
        ('G34',    ATOXGRN in (3, 4)),
        ('G3PLUS', ATOXGRN >= 3),
        ('SER',    AESER = 'Y'),
        ('RELISA', RELISAFL = 'Y'),
        ('WDISA',  WDISAFL = 'Y'),
        ('WDANY',  WDANYFL = 'Y'),
        ('IRR',    CQ01NAM <> ''),
        ('INFEC',  CQ03NAM <> ''),
        ('CYTOP',  CQ02NAM <> ''),
        ('CARD',   CQ04NAM <> ''),
        ('HEPAT',  CQ05NAM <> ''),
        ('SPM',    CQ06NAM <> '')
    ) as answers (row_id, met)
    where answers.met
    union all
    select subgroup, 'PT', 1, AEDECOD, '', column_id, USUBJID, ASTDT from events
),
-- Common: in at least 5% of the subjects of a regimen.
common as (
    select distinct counted.g1
    from frequencies_of('answered') as counted
    join totals on totals.column_id = counted.column_id
    where counted.row_id = 'PT' and 100 * counted.n >= 5 * totals.total
),
hits as (
    from answered
    where depth = 0 or g1 in (select g1 from common)
),
frequencies as (from frequencies_of('hits')),

wording (position, row_id, kind, label) as (values
    ( 10, 'ANY',    'subjects', 'Any TEAE'),
    ( 20, 'G34',    'subjects', 'Grade 3-4 TEAE'),
    ( 30, 'G3PLUS', 'subjects', 'Grade >=3 TEAE'),
    ( 40, 'SER',    'subjects', 'Serious TEAE'),
    ( 50, 'RELISA', 'subjects', 'TEAE related to isatuximab'),
    ( 60, 'WDISA',  'subjects', 'TEAE leading to withdrawal of isatuximab'),
    ( 70, 'WDANY',  'subjects', 'TEAE leading to withdrawal of any study drug'),
    ( 80, 'AESI',   'header',   'TEAE of special interest'),
    ( 90, 'IRR',    'subjects', 'Infusion reaction'),
    (100, 'INFEC',  'subjects', 'Infections'),
    (110, 'CYTOP',  'subjects', 'Cytopenias'),
    (120, 'CARD',   'subjects', 'Cardiac disorders'),
    (130, 'HEPAT',  'subjects', 'Hepatic disorders'),
    (140, 'SPM',    'subjects', 'Second primary malignancies'),
    (150, 'PT',     'nested',   'Common TEAE by preferred term')
),
shell as (from event_shell('wording', 1, 'n')),
lines as (from printed_lines('shell', 'totals', 'frequencies', 'ISAPD')),

-- Days at risk of each subject in each line: from the first dose to the first event, or to the end of the time at
-- risk where there is none until then; both days count. An event of unknown date ends nothing; one that started before
-- the first dose, and got worse, leaves one day as one on the first day does. Without an end, or with one before the
-- first dose, there is no time at risk.
first_events as (
    select row_id, g1, USUBJID, min(ASTDT) as first_date
    from hits
    group by row_id, g1, USUBJID
),
time_at_risk as (
    select lines.line, members.column_id,
           coalesce(sum(greatest(least(first_events.first_date, members.RISKEDT), members.TRTSDT) - members.TRTSDT + 1)
                    filter (members.RISKEDT >= members.TRTSDT), 0) / 365.25 as years
    from lines
    cross join members
    left join first_events
      on first_events.row_id = lines.row_id and first_events.g1 = lines.g1 and first_events.USUBJID = members.USUBJID
    where lines.kind in ('subjects', 'nested')
    group by lines.line, members.column_id
),
counts as (
    from count_figures('lines', 'totals', 'frequencies')
),
rates as (
    select counts.* exclude (statistic, value, denominator, text), figures.statistic, figures.value,
           case figures.statistic when 'py' then null else years end as denominator, text_1(figures.value) as text
    from counts
    join time_at_risk on time_at_risk.line = counts.line and time_at_risk.column_id = counts.column_id
    cross join lateral (values
        ('py',      years),
        ('rate',    100 * counts.value / years),
        ('ratelcl', 100 * poisson_lower(counts.value) / years),
        ('rateucl', 100 * poisson_upper(counts.value) / years)
    ) as figures (statistic, value)
    where counts.statistic = 'n'
),
figures as (
    from counts
    union all
    from rates
)
from results_data('T-14-3-1-11', 'figures');
