/******************************************************************************
 Program      : qc/tlf/qc_l_16_2_9_1.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : L-16-2-9-1, Reconciliation of Serious Adverse Events
 Purpose      : Independent second program: lists the findings of the
                reconciliation again, with the event that each is about.
                Written from specs/tlf.xlsx and docs/tables.md; the
                production code was not read.
 Inputs       : adam.adsl, adam.adae, adam.findings
 Outputs      : qc.l_16_2_9_1, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.l_16_2_9_1 as
with
-- The event that a finding is about: the record that it names, or of a case of the safety database the entry of the
-- adverse event form that stands behind the dash of its number (Case SYN1050001-3: entry 3).
findings as (
    select findings.*, adsl.AGE, adsl.SEX, adsl.TRT01A,
           case when DSNAME <> 'AE' and FORM = 'sae_recon' then regexp_extract(WHAT, '^Case [^- ]*-([0-9]+)', 1)
                else '' end as entry
    from adam.findings as findings
    join adam.adsl as adsl on adsl.USUBJID = findings.USUBJID
    where adsl.ENRLFL = 'Y'
      and CODE in ('M10A', 'M10B', 'M10C', 'M10D', 'M11A', 'M11B', 'M11C')
),
about as (
    select findings.CODE, findings.USUBJID, findings.FORM, findings.RECORD, findings.DSNAME, findings.DSSEQ,
           findings.WHAT, arg_min(events, events.AESEQ) as event
    from findings
    join adam.adae as events
      on events.USUBJID = findings.USUBJID
     and case when findings.DSNAME = 'AE' then events.AESEQ = findings.DSSEQ
              else findings.entry <> '' and split_part(events.AESPID, '-', 1) = findings.entry end
    group by all
),
records as (
    select row_number() over (order by findings.USUBJID, findings.CODE, findings.DSSEQ nulls first,
                                       findings.RECORD nulls first) as line,
           findings.*, about.event
    from findings
    left join about
      on about.USUBJID = findings.USUBJID and about.CODE = findings.CODE and about.FORM = findings.FORM
     and about.RECORD is not distinct from findings.RECORD and about.DSNAME = findings.DSNAME
     and about.DSSEQ is not distinct from findings.DSSEQ and about.WHAT = findings.WHAT
),
written as (
    select line, USUBJID, cells.*
    from records
    cross join lateral (values
        (1, 'SUBJ', 'Subject Age / sex Regimen',
         stacked([USUBJID, joined([number_text(AGE), SEX], ' / '), unless_blank(TRT01A, 'Not treated')])),
        (2, 'CODE', 'Check', CODE),
        (3, 'WHAT', 'What was found', WHAT),
        (4, 'EVENT', 'Event: reported/ Preferred term',
         case when event is null then ''
              else stacked([event.AETERM || '/', unless_blank(event.AEDECOD, 'Not coded')]) end),
        (5, 'DATES', 'Start End',
         case when event is null then ''
              else stacked([unless_blank(dated(event.ASTDT, event.ASTDTF, null), 'Unknown'),
                            unless_blank(dated(event.AENDT, event.AENDTF, null),
                                         case event.AEENRTPT when 'ONGOING' then 'Ongoing' else 'Unknown' end)]) end),
        (6, 'SER', 'Grade / serious Criteria Outcome',
         case when event is null then ''
              else stacked([unless_blank(event.ATOXGR, '-') || ' / ' || unless_blank(event.AESER, '-'),
                            joined([below_each_other(event.SERCRIT), unless_blank(decoded('OUT', event.AEOUT), '-')],
                                   chr(10))]) end),
        (7, 'ACTION', 'What to do', ACTION)
    ) as cells (column_order, column_id, column_label, text)
),
cells as (from listed_cells('written'))
from listing_data('L-16-2-9-1', 'cells', 'FINDINGS');
