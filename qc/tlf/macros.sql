/******************************************************************************
 Program      : qc/tlf/macros.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : none: macros that the programs in qc/tlf share
 Purpose      : Rules that several displays need: how figures are printed,
                percentiles, exact and score limits, the order of terms, lines
                and the layout of the analysis results data. Written from
                docs/tables.md and the publications named below; the production
                code was not read.
 Inputs       : the tables that a program names in a call
 Outputs      : macros
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

/*-----------------------------------------------------------------------------
  Figures as printed
-----------------------------------------------------------------------------*/
-- Percentage: n of N in tenths of a percent, half up, in whole numbers. A count of 0 prints none.
create or replace macro tenths(n, total) as (2000 * n + total) // (2 * total);
create or replace macro percent_text(n, total) as
    case when n = 0 or total = 0 then ''
         else cast(cast(tenths(n, total) // 10 as bigint) as varchar) || '.'
              || cast(cast(tenths(n, total) % 10 as bigint) as varchar) || '%' end;

-- A number with 0, 1 or 2 decimals: half away from zero, on the 15 digits that a number holds.
create or replace macro as_decimal(x) as cast(format('{:.15g}', cast(x as double)) as decimal(30, 14));
create or replace macro text_0(x) as cast(cast(round(as_decimal(x), 0) as decimal(30, 0)) as varchar);
create or replace macro text_1(x) as cast(cast(round(as_decimal(x), 1) as decimal(30, 1)) as varchar);
create or replace macro text_2(x) as cast(cast(round(as_decimal(x), 2) as decimal(30, 2)) as varchar);

-- SAS PCTLDEF=5: with n values in order, quarter/4 of n is j plus a fraction. Without a fraction it is the mean of
-- values j and j+1, otherwise value j+1.
create or replace macro pctldef5(ordered, quarter) as
    case when len(ordered) * quarter % 4 = 0
         then (ordered[len(ordered) * quarter // 4] + ordered[len(ordered) * quarter // 4 + 1]) / 2
         else ordered[len(ordered) * quarter // 4 + 1] end;

/*-----------------------------------------------------------------------------
  95% limits, found by halving an interval until it holds one number
-----------------------------------------------------------------------------*/
create or replace macro middle(bounds) as (bounds.lo + bounds.hi) / 2;
create or replace macro half_of(bounds, upper_half) as
    {'lo': case when upper_half then middle(bounds) else bounds.lo end,
     'hi': case when upper_half then bounds.hi else middle(bounds) end};

-- Exact limits of a Poisson mean when x events were seen (Garwood 1936): at the upper one, x or fewer have
-- probability 2.5%, at the lower one fewer than x have 97.5%.
create or replace macro poisson_head(x, mean) as
    list_sum(list_transform(range(0, cast(x as bigint) + 1), lambda k: exp(k * ln(mean) - mean - lgamma(k + 1.0))));
create or replace macro poisson_lower(x) as
    case when x = 0 then 0.0
         else middle(list_reduce(range(0, 60),
             lambda b, step: half_of(b, poisson_head(x - 1, middle(b)) > 0.975),
             {'lo': cast(0 as double), 'hi': cast(x as double)})) end;
create or replace macro poisson_upper(x) as
    middle(list_reduce(range(0, 60),
        lambda b, step: half_of(b, poisson_head(x, middle(b)) > 0.025),
        {'lo': cast(x as double), 'hi': cast(20 + 3 * x as double)}));

-- Score limits of x1/n1 - x2/n2, in percentage points (Miettinen and Nurminen 1985): the differences that a score test
-- with variance times N/(N-1) does not reject. Under a difference the proportion of the second group is the middle
-- root of the cubic equation of its maximum likelihood.
create or replace macro middle_root(l3, l2, l1, l0) as
    list_extract(list_transform(
        [{'c': l2 ^ 3 / (3 * l3) ^ 3 - l1 * l2 / (6 * l3 ^ 2) + l0 / (2 * l3),
          's': sqrt(greatest(cast(0 as double), l2 ^ 2 / (3 * l3) ^ 2 - l1 / (3 * l3))),
          'z': l2 / (3 * l3)}],
        lambda r: case when r.s = 0 then -r.z
                       else 2 * (case when r.c < 0 then -r.s else r.s end)
                            * cos((pi() + acos(greatest(-1.0, least(1.0, abs(r.c) / r.s ^ 3)))) / 3) - r.z end), 1);
create or replace macro restricted(x1, n1, x2, n2, delta) as
    middle_root(n1 + n2,
                (n1 + 2 * n2) * delta - (n1 + n2) - (x1 + x2),
                (n2 * delta - (n1 + n2) - 2 * x2) * delta + (x1 + x2),
                x2 * delta * (1 - delta));
create or replace macro score_square(x1, n1, x2, n2, delta, p) as
    (x1 / n1 - x2 / n2 - delta) ^ 2
    / (((p + delta) * (1 - p - delta) / n1 + p * (1 - p) / n2) * (n1 + n2) / (n1 + n2 - 1));
create or replace macro score_lower(x1, n1, x2, n2) as
    100 * middle(list_reduce(range(0, 54),
        lambda d, step: half_of(d, coalesce(
            score_square(x1, n1, x2, n2, middle(d), restricted(x1, n1, x2, n2, middle(d))) > 3.841458820694124,
            false)),
        {'lo': cast(-1 as double), 'hi': x1 / n1 - x2 / n2}));
create or replace macro score_upper(x1, n1, x2, n2) as -score_lower(x2, n2, x1, n1);

/*-----------------------------------------------------------------------------
  Tables of counts. A program gives, by name:
    totals  subgroup, column_order, column_id, column_label, total: N from ADSL
    hits    subgroup, row_id, depth, g1, g2, column_id, USUBJID: a row for each record in each line it counts in;
            depth 0 for lines of the shell, 1 and 2 for classes and terms of a nested block
    shell   subgroup, position, row_id, kind, label, g1, v1, v2, missing, statistics, dataset: the lines that are
            known before the data, v1 and v2 being the variables of a block, `missing` the label of a blank term
-----------------------------------------------------------------------------*/
-- The regimen columns of the registry. Another regimen, or none, is in no column.
create or replace macro regimen_column(regimen) as
    case regimen when 'Isa-Pd' then 'ISAPD' when 'Isa-Kd' then 'ISAKD' end;

-- N of each column; members has column_id, USUBJID.
create or replace macro totals_of(columns, members) as table
    with listed as (from query_table(columns)), counted as (from query_table(members))
    select 1 as subgroup, listed.column_order, listed.column_id, listed.column_label, count(counted.USUBJID) as total
    from listed
    left join counted on counted.column_id = listed.column_id
    group by all;

-- The lines of a table of adverse events; wording has position, row_id, kind, label. Blocks of terms are by class and
-- term (`levels` 2) or by term alone (1); an event without a code is Uncoded.
create or replace macro event_shell(wording, levels, statistics) as table
    select 1 as subgroup, position, row_id, kind, label, '' as g1,
           case when kind <> 'nested' then '' when levels = 2 then 'AEBODSYS' else 'AEDECOD' end as v1,
           case when kind = 'nested' and levels = 2 then 'AEDECOD' else '' end as v2,
           'Uncoded' as missing, case kind when 'header' then '' else statistics end as statistics, 'ADAE' as dataset
    from query_table(wording);

-- Each event in the line of its class and in that of its term. Events without a class have lines of terms only where
-- one of them has a term.
create or replace macro by_class_and_term(events) as table
    with given as (from query_table(events))
    select subgroup, row_id, 1 as depth, AEBODSYS as g1, '' as g2, column_id, USUBJID from given
    union all
    select subgroup, row_id, 2, AEBODSYS, AEDECOD, column_id, USUBJID
    from given
    where AEBODSYS <> ''
       or (subgroup, row_id) in (select (subgroup, row_id) from given where AEBODSYS = '' and AEDECOD <> '');

-- A subject counts once in a line; events are records.
create or replace macro frequencies_of(hits) as table
    select subgroup, row_id, depth, g1, g2, column_id, count(distinct USUBJID) as n, count(*) as records
    from query_table(hits)
    group by all;

-- Classes, and terms within them, by descending number of subjects in one column, ties by bytes, the blank one last.
create or replace macro ordered_terms(frequencies, sort_column) as table
    with found as (from query_table(frequencies) where depth > 0),
    terms as (
        select distinct found.subgroup, found.row_id, found.depth, found.g1, found.g2,
               coalesce(of_class.n, 0) as class_n,
               case when found.depth = 1 then 0 else coalesce(of_term.n, 0) end as term_n
        from found
        left join found as of_class
          on of_class.subgroup = found.subgroup and of_class.row_id = found.row_id
         and of_class.depth = 1 and of_class.g1 = found.g1 and of_class.column_id = sort_column
        left join found as of_term
          on of_term.subgroup = found.subgroup and of_term.row_id = found.row_id
         and of_term.depth = 2 and of_term.g1 = found.g1 and of_term.g2 = found.g2 and of_term.column_id = sort_column
    )
    select subgroup, row_id, depth, g1, g2,
           row_number() over (partition by subgroup, row_id
                              order by case when g1 = '' then 1 else 0 end, class_n desc, g1, depth,
                                       case when g2 = '' then 1 else 0 end, term_n desc, g2) as place
    from terms;

-- Every printed line, numbered through all subgroups. Line 0, or the line before the first of a subgroup, is the
-- column head.
create or replace macro printed_lines(shell, totals, frequencies, sort_column) as table
    with planned as (from query_table(shell)),
    all_lines as (
        select distinct subgroup, -1 as position, 0 as place, '' as row_id, 'population' as kind, '' as label,
               0 as depth, '' as g1, '' as g2, '' as v1, '' as v2, 'N' as statistics, 'ADSL' as dataset
        from query_table(totals)
        union all
        select subgroup, position, 0, row_id, case kind when 'nested' then 'header' else kind end, label,
               0, g1, '', v1, v2, case kind when 'nested' then '' else statistics end, dataset
        from planned
        where kind <> 'nested' or label <> ''
        union all
        select planned.subgroup, planned.position, terms.place, planned.row_id, 'nested',
               case when terms.depth = 1 and terms.g1 <> '' then terms.g1
                    when terms.depth = 2 and terms.g2 <> '' then terms.g2 else planned.missing end,
               terms.depth, terms.g1, terms.g2, planned.v1, planned.v2, planned.statistics, planned.dataset
        from planned
        join ordered_terms(frequencies, sort_column) as terms
          on terms.subgroup = planned.subgroup and terms.row_id = planned.row_id
        where planned.kind = 'nested'
    )
    select row_number() over (order by subgroup, position, place) - 1 as line, *
    from all_lines;

-- Figures of counted lines: N in the head, subjects, their percentage of N, records.
create or replace macro count_figures(lines, totals, frequencies) as table
    with counts as (
        select lines.*, totals.column_order, totals.column_id, totals.column_label, totals.total,
               coalesce(frequencies.n, 0) as n, coalesce(frequencies.records, 0) as records
        from query_table(lines) as lines
        join query_table(totals) as totals on totals.subgroup = lines.subgroup
        left join query_table(frequencies) as frequencies
          on frequencies.subgroup = lines.subgroup and frequencies.row_id = lines.row_id
         and frequencies.depth = lines.depth and frequencies.g1 = lines.g1 and frequencies.g2 = lines.g2
         and frequencies.column_id = totals.column_id
        where lines.kind in ('population', 'subjects', 'events', 'categories', 'worst', 'nested')
    )
    select line, row_id, kind, label, depth, g1, g2, v1, v2, dataset, column_order, column_id, column_label,
           figures.statistic, figures.value, figures.denominator, figures.text
    from counts
    cross join lateral (values
        ('N',      cast(total as double),        cast(null as double),  cast(total as varchar)),
        ('n',      cast(n as double),            cast(null as double),  cast(n as varchar)),
        ('pct',    100.0 * n / nullif(total, 0), cast(total as double), percent_text(n, total)),
        ('events', cast(records as double),      cast(null as double),  cast(records as varchar))
    ) as figures (statistic, value, denominator, text)
    where list_contains(string_split(statistics, ' '), figures.statistic);

-- The layout of the analysis results data.
create or replace macro results_data(display_id, figures) as table
    select display_id as display,
           cast(line as double) as line,
           row_id as row,
           kind,
           label,
           column_id as "column",
           column_label,
           statistic,
           value,
           denominator,
           text,
           case when v2 <> '' then v2 when v1 <> '' then v1 else 'USUBJID' end as variable,
           v1 as group1,
           g1 as group1_value,
           case depth when 2 then v2 else '' end as group2,
           g2 as group2_value,
           '' as group3,
           '' as group3_value,
           dataset
    from query_table(figures)
    order by line, column_order, statistic;

/*-----------------------------------------------------------------------------
  Texts of listings
-----------------------------------------------------------------------------*/
-- Parts that are there, with a separator between them. Parts of a cell stand below each other, each on a line of its
-- own, also a blank one that another one follows.
create or replace macro joined(parts, separator) as
    array_to_string(list_filter(parts, lambda part: part <> ''), separator);
create or replace macro stacked(parts) as rtrim(array_to_string(parts, chr(10)), chr(10));
create or replace macro unless_blank(value, otherwise) as case when value = '' then otherwise else value end;
create or replace macro below_each_other(enumeration) as replace(enumeration, '; ', chr(10));

-- A number with as many decimals as it has; a SAS day number as 05JAN2021; a study day in brackets.
create or replace macro known_number(x) as format('{:.15g}', cast(x as double));
create or replace macro number_text(x) as coalesce(known_number(x), '');
create or replace macro date9(day) as
    coalesce(upper(strftime(date '1960-01-01' + cast(day as integer), '%d%b%Y')), '');
create or replace macro in_brackets(day) as coalesce('(' || known_number(day) || ')', '');
create or replace macro dated(day, imputed, study_day) as joined([date9(day), imputed, in_brackets(study_day)], ' ');
create or replace macro counted(number, one, many) as
    coalesce(known_number(number) || ' ' || case number when 1 then one else many end, '');

-- The decode of a term; the term itself where there is none.
create or replace macro decoded(codelist, value) as
    coalesce((select min(decode) from spec.codelists
              where workbook = 'adam' and codelists.id = codelist and codelists.term = value and decode <> ''), value);

-- Who the line is about; weight at baseline.
create or replace macro subject_text(usubjid, age, sex, weight, race, regimen) as
    [usubjid,
     joined([number_text(age), sex, case when weight is null then '-' else number_text(weight) || ' kg' end], ' / '),
     case race when '' then 'Race not collected' else decoded('RACE', race) end,
     unless_blank(regimen, 'Not treated')];

-- Every adverse event of ADAE with the texts that listings of events print. Those that are lists are the parts of a
-- cell.
create or replace macro event_texts() as table
    select adae.*, adsl.WEIGHTBL, adsl.TRTDURD,
           row_number() over (order by adae.USUBJID, adae.ASTDT nulls first, adae.AESEQ) as place,
           subject_text(adae.USUBJID, adae.AGE, adae.SEX, adsl.WEIGHTBL, adae.RACE, adae.TRT01A) as subject,
           [adae.AETERM || '/', unless_blank(adae.AEDECOD, 'Not coded') || '/',
            unless_blank(adae.AEBODSYS, 'Not coded')] as term,
           [unless_blank(dated(adae.ASTDT, adae.ASTDTF, adae.ASTDY), 'Unknown'),
            case when adae.AENDT is not null then dated(adae.AENDT, adae.AENDTF, adae.AENDY)
                 when adae.AEENRTPT = 'ONGOING' then 'Ongoing' else 'Unknown' end,
            counted(adae.ADURN, 'day', 'days')] as dates,
           joined([unless_blank(adae.ATOXGR, '-'), unless_blank(adae.AESER, '-')], ' / ') as grade_serious,
           below_each_other(adae.SERCRIT) as criteria,
           below_each_other(adae.RELTXT) as relations,
           stacked([below_each_other(adae.ACNTXT),
                    case when adae.AEACNOTH in ('', 'NONE') then '' else decoded('OTHACT', adae.AEACNOTH) end])
               as actions,
           case adae.AEOUT when '' then '-' else decoded('OUT', adae.AEOUT) end as outcome,
           case when adae.DOSEON is null then '' else joined([number_text(adae.DOSEON), adae.DOSEU], ' ') end as dose
    from adam.adae as adae
    join adam.adsl as adsl on adsl.USUBJID = adae.USUBJID;

/*-----------------------------------------------------------------------------
  Listings and lanes: a line per record, a cell per column
-----------------------------------------------------------------------------*/
-- What is printed and drawn in a lane. drawn has line, USUBJID, column_order, column_id, column_label, words,
-- first_day, last_day (bars, which need both), day (marks); what is not drawn is missing.
create or replace macro lane_cells(drawn) as table
    with given as (
        select * replace (case when last_day is not null then first_day end as first_day,
                          case when first_day is not null then last_day end as last_day)
        from query_table(drawn)
    )
    select line, USUBJID, column_order, column_id, column_label, parts.statistic, parts.value,
           case when parts.statistic <> 'listed' then ''
                when first_day is not null then text_0(first_day) || ' to ' || text_0(last_day)
                when day is not null then text_0(day)
                else words end as text
    from given
    cross join lateral (values
        ('listed', cast(null as double)),
        ('start',  cast(first_day as double)),
        ('end',    cast(last_day as double)),
        ('at',     cast(day as double))
    ) as parts (statistic, value)
    where parts.statistic = 'listed' or parts.value is not null;

-- The same of listings; written has line, USUBJID, column_order, column_id, column_label, text.
create or replace macro listed_cells(written) as table
    select line, USUBJID, column_order, column_id, column_label, 'listed' as statistic,
           cast(null as double) as value, text
    from query_table(written);

-- The layout of the results data; cells has line, USUBJID, column_order, column_id, column_label, statistic, value,
-- text.
create or replace macro listing_data(display_id, cells, dataset_name) as table
    select display_id as display,
           cast(line as double) as line,
           '' as row,
           'listed' as kind,
           '' as label,
           column_id as "column",
           column_label,
           statistic,
           value,
           text,
           'USUBJID' as group1,
           USUBJID as group1_value,
           dataset_name as dataset
    from query_table(cells)
    order by line, column_order, statistic;
