/******************************************************************************
 Program      : qc/tlf/qc_f_14_3_2.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : F-14-3-2, Cumulative Incidence of the First Grade >=3
                Treatment-Emergent Adverse Event and of Discontinuation of
                Isatuximab
 Purpose      : Independent second program: computes the curves with competing
                events, and their limits, again.
                Written from specs/tlf.xlsx and docs/tables.md; the
                production code was not read.
 Inputs       : adam.adsl, adam.adtte
 Outputs      : qc.f_14_3_2, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.f_14_3_2 as
with
columns (column_order, column_id, column_label) as (values
    (1, 'ISAPD', 'Isa-Pd'),
    (2, 'ISAKD', 'Isa-Kd')
),
members as (
    select regimen_column(TRT01A) as column_id, USUBJID from adam.adsl where SAFFL = 'Y'
),
totals as (from totals_of('columns', 'members')),
curves (position, row_id, parameter, label) as (values
    (1, 'GR3',   'TTGR3',   'First TEAE of grade >=3'),
    (2, 'ISADC', 'TTISADC', 'Discontinuation of isatuximab')
),
-- Days to the event (CNSR 0), to a competing one (2 or more) or to the end of observation (1).
followed as (
    select curves.row_id, members.column_id, adtte.AVAL as days, adtte.CNSR = 0 as event, adtte.CNSR >= 2 as competing
    from adam.adtte as adtte
    join curves on curves.parameter = adtte.PARAMCD
    join members on members.USUBJID = adtte.USUBJID and members.column_id is not null
),

-- At each day on which something happens: subjects at risk before it, events, competing events.
risk_table as (
    select days.row_id, days.column_id, days.days, count(*) as at_risk,
           count(*) filter (where followed.days = days.days and followed.event) as events,
           count(*) filter (where followed.days = days.days and followed.competing) as competing
    from (select distinct row_id, column_id, days from followed) as days
    join followed
      on followed.row_id = days.row_id and followed.column_id = days.column_id and followed.days >= days.days
    group by all
),
-- Share without any event before that day (Kaplan-Meier of both kinds of events together).
free as (
    select *, coalesce(product((at_risk - events - competing) / at_risk) over (
                  partition by row_id, column_id order by days
                  rows between unbounded preceding and 1 preceding), 1) as free_before
    from risk_table
),
-- Aalen-Johansen: the event's share of those who were free of any event until then, added up.
incidence as (
    select *, sum(free_before * events / at_risk) over (partition by row_id, column_id order by days) as cif
    from free
),
-- Variance by the delta method (Marubini and Valsecchi 1995).
variances as (
    select later.row_id, later.column_id, later.days, later.cif,
           sum(coalesce((later.cif - earlier.cif) ^ 2 * (earlier.events + earlier.competing)
                        / nullif(earlier.at_risk * (earlier.at_risk - earlier.events - earlier.competing), 0), 0)
               + earlier.free_before ^ 2 * (earlier.at_risk - earlier.events) * earlier.events / earlier.at_risk ^ 3
               - 2 * (later.cif - earlier.cif) * earlier.free_before * earlier.events / earlier.at_risk ^ 2) as variance
    from incidence as later
    join incidence as earlier
      on earlier.row_id = later.row_id and earlier.column_id = later.column_id and earlier.days <= later.days
    group by all
),

-- Lines: days of events, the end of follow-up of each column, and the ticks of the axis.
printed as (
    select row_id, days from followed where event
    union
    select row_id, max(days) from followed group by row_id, column_id
    union
    select row_id, unnest([0, 56, 112, 168, 224, 280, 336]) from curves
),
lines as (
    select row_number() over (order by curves.position, printed.days nulls first) as line, curves.row_id, printed.days,
           case when printed.days is null then 'header' else 'incidence' end as kind
    from curves
    join (from printed union all select row_id, null from curves) as printed on printed.row_id = curves.row_id
),
points as (
    select lines.line, lines.row_id, lines.days, columns.column_order, columns.column_id, columns.column_label,
           (select count(*) from followed
            where followed.row_id = lines.row_id and followed.column_id = columns.column_id
              and followed.days >= lines.days) as at_risk,
           (select count(*) from followed
            where followed.row_id = lines.row_id and followed.column_id = columns.column_id
              and followed.event and followed.days <= lines.days) as events,
           reached.cif, reached.variance
    from lines
    cross join columns
    left join variances as reached
      on reached.row_id = lines.row_id and reached.column_id = columns.column_id
     and reached.days = (select max(days) from variances
                         where variances.row_id = lines.row_id and variances.column_id = columns.column_id
                           and variances.days <= lines.days)
    where lines.kind = 'incidence'
),
-- Limits on the scale of log(-log): none before the first event. A curve ends with the follow-up of its column.
limited as (
    select *, case when at_risk > 0 then coalesce(cif, 0) end as reached_cif,
           case when at_risk > 0 and cif > 0 and cif < 1
                then 1.959963984540054 * sqrt(variance) / (cif * ln(cif)) end as margin
    from points
),
results as (
    select 0 as line, '' as row_id, 'population' as kind, '' as label, '' as v1, '' as v2, 'ADSL' as dataset,
           column_order, column_id, column_label, 'N' as statistic, cast(total as double) as value,
           cast(total as varchar) as text
    from totals
    union all
    select line, row_id, 'incidence', text_0(days), 'AVAL', 'CNSR', 'ADTTE', column_order, column_id, column_label,
           figures.statistic, figures.value, coalesce(figures.text, '')
    from limited
    cross join lateral (values
        ('risk',   cast(at_risk as double),         cast(at_risk as varchar)),
        ('events', cast(events as double),          cast(events as varchar)),
        ('cif',    100 * reached_cif,               text_1(100 * reached_cif)),
        ('ciflcl', 100 * cif ^ exp(-margin),        text_1(100 * cif ^ exp(-margin))),
        ('cifucl', 100 * cif ^ exp(margin),         text_1(100 * cif ^ exp(margin)))
    ) as figures (statistic, value, text)
),
figures as (
    select *, 0 as depth, label as g1, '' as g2, cast(null as double) as denominator
    from results
)
from results_data('F-14-3-2', 'figures');
