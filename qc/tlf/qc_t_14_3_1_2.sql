/******************************************************************************
 Program      : qc/tlf/qc_t_14_3_1_2.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : T-14-3-1-2, Treatment-Emergent Adverse Events by System Organ
                Class and Preferred Term
 Purpose      : Independent second program: counts every figure of the table
                again from ADSL and ADAE, in the layout of the analysis results
                data, with its printed text, and orders the lines again.
                Written from specs/tlf.xlsx (Displays, Columns, Rows, Notes)
                and docs/tables.md; the production code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.t_14_3_1_2, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.t_14_3_1_2 as
with
columns (column_order, column_id, column_label) as (values
    (1, 'ISAPD', 'Isa-Pd'),
    (2, 'ISAKD', 'Isa-Kd')
),

-- The safety population, with the column of each subject; another regimen is in no column. N comes from ADSL.
safety as (
    select USUBJID, case TRT01A when 'Isa-Pd' then 'ISAPD' when 'Isa-Kd' then 'ISAKD' else '' end as column_id
    from adam.adsl
    where SAFFL = 'Y'
),
totals as (
    select columns.column_order, columns.column_id, columns.column_label, count(safety.USUBJID) as total
    from columns
    left join safety on safety.column_id = columns.column_id
    group by all
),
teae as (
    select safety.column_id, adae.USUBJID, adae.AEBODSYS, adae.AEDECOD
    from adam.adae as adae
    join safety on safety.USUBJID = adae.USUBJID
    where adae.TRTEMFL = 'Y'
),

-- Each event counts in the first line, in the line of its class, and in the line of its term. Events without a
-- code stand in one line of their own and have no term line.
line_events as (
    select 'any' as level, '' as soc, '' as pt, column_id, USUBJID from teae
    union all
    select 'soc', AEBODSYS, '', column_id, USUBJID from teae
    union all
    select 'pt', AEBODSYS, AEDECOD, column_id, USUBJID
    from teae
    where AEBODSYS <> '' or exists (from teae where AEBODSYS = '' and AEDECOD <> '')
),
-- A subject counts once in a line; events are records.
frequencies as (
    select level, soc, pt, column_id, count(distinct USUBJID) as n, count(*) as records
    from line_events
    group by all
),

-- Lines, also the first one when nobody had an event. Classes, and terms within them, by descending number of
-- subjects in Isa-Pd, ties by bytes; what is not coded last.
terms as (
    select 'any' as level, '' as soc, '' as pt
    union
    select level, soc, pt from line_events where column_id <> ''
),
ranked as (
    select terms.level, terms.soc, terms.pt,
           coalesce(of_line.n, 0)  as n_isapd,
           coalesce(of_class.n, 0) as class_n_isapd
    from terms
    left join frequencies as of_line
      on of_line.level = terms.level and of_line.soc = terms.soc and of_line.pt = terms.pt
     and of_line.column_id = 'ISAPD'
    left join frequencies as of_class
      on of_class.level = 'soc' and of_class.soc = terms.soc and of_class.column_id = 'ISAPD'
),
lines as (
    select level, soc, pt,
           row_number() over (order by case when level = 'any' then 0 else 1 end,   -- Any TEAE first
                                       case when soc = '' then 1 else 0 end,        -- not coded last
                                       class_n_isapd desc, soc,                     -- classes
                                       case when level = 'soc' then 0 else 1 end,   -- a class before its terms
                                       case when pt = '' then 1 else 0 end,         -- class known, term not: last
                                       n_isapd desc, pt) as line                    -- terms
    from ranked
),
counts as (
    select lines.*, totals.column_order, totals.column_id, totals.column_label, totals.total,
           coalesce(frequencies.n, 0) as n, coalesce(frequencies.records, 0) as records
    from lines
    cross join totals
    left join frequencies
      on frequencies.level = lines.level and frequencies.soc = lines.soc and frequencies.pt = lines.pt
     and frequencies.column_id = totals.column_id
),

results as (
    -- N in the column heads, line 0
    select 0 as line, '' as level, '' as soc, '' as pt, column_order, column_id, column_label,
           'N' as statistic, cast(total as double) as value, cast(null as double) as denominator,
           cast(total as varchar) as text
    from totals
    union all
    select line, level, soc, pt, column_order, column_id, column_label,
           'n', cast(n as double), null, cast(n as varchar)
    from counts
    union all
    select line, level, soc, pt, column_order, column_id, column_label,
           'pct', 100.0 * n / nullif(total, 0), cast(total as double), percent_text(n, total)
    from counts
    union all
    select line, level, soc, pt, column_order, column_id, column_label,
           'events', cast(records as double), null, cast(records as varchar)
    from counts
)

select 'T-14-3-1-2' as display,
       cast(line as double) as line,
       case level when '' then '' when 'any' then 'ANY' else 'SOCPT' end as row,
       case level when '' then 'population' when 'any' then 'subjects' else 'nested' end as kind,
       case level when '' then '' when 'any' then 'Any TEAE'
                  when 'soc' then case when soc = '' then 'Uncoded' else soc end
                  else case when pt = '' then 'Uncoded' else pt end end as label,
       column_id as "column",
       column_label,
       statistic,
       value,
       denominator,
       text,
       case when level in ('soc', 'pt') then 'AEDECOD' else 'USUBJID' end as variable,
       case when level in ('soc', 'pt') then 'AEBODSYS' else '' end as group1,
       soc as group1_value,
       case when level = 'pt' then 'AEDECOD' else '' end as group2,
       pt as group2_value,
       '' as group3,
       '' as group3_value,
       case when level = '' then 'ADSL' else 'ADAE' end as dataset
from results
order by line, column_order, statistic;
