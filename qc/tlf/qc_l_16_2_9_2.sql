/******************************************************************************
 Program      : qc/tlf/qc_l_16_2_9_2.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : L-16-2-9-2, Data Issues
 Purpose      : Independent second program: lists the warnings of the checks
                again.
                Written from specs/tlf.xlsx and docs/tables.md; the
                production code was not read.
 Inputs       : adam.adsl, adam.adae, adam.findings
 Outputs      : qc.l_16_2_9_2, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.l_16_2_9_2 as
with
records as (
    select row_number() over (order by findings.USUBJID, findings.CODE, findings.DSNAME, findings.DSSEQ nulls first,
                                       findings.FORM, findings.RECORD nulls first) as line,
           findings.*, adsl.AGE, adsl.SEX, adsl.TRT01A, adae.AETERM, adae.AEDECOD
    from adam.findings as findings
    join adam.adsl as adsl on adsl.USUBJID = findings.USUBJID
    left join adam.adae as adae
      on adae.USUBJID = findings.USUBJID and findings.DSNAME = 'AE' and adae.AESEQ = findings.DSSEQ
    where adsl.ENRLFL = 'Y' and findings.SEVERITY = 'warning'
      and findings.CODE not in ('M10A', 'M10B', 'M10C', 'M10D', 'M11A', 'M11B', 'M11C')
),
written as (
    select line, USUBJID, cells.*
    from records
    cross join lateral (values
        (1, 'SUBJ', 'Subject Age / sex Regimen',
         stacked([USUBJID, joined([number_text(AGE), SEX], ' / '), unless_blank(TRT01A, 'Not treated')])),
        (2, 'CODE', 'Check', CODE),
        (3, 'RECORD', 'Dataset, number Form, record',
         stacked([joined([DSNAME, number_text(DSSEQ)], ' '), joined([FORM, number_text(RECORD)], ' ')])),
        (4, 'EVENT', 'Event: reported/ Preferred term',
         case when AETERM is null then ''
              else stacked([AETERM || '/', unless_blank(AEDECOD, 'Not coded')]) end),
        (5, 'WHAT', 'What was found', WHAT),
        (6, 'ACTION', 'What to do', ACTION)
    ) as cells (column_order, column_id, column_label, text)
),
cells as (from listed_cells('written'))
from listing_data('L-16-2-9-2', 'cells', 'FINDINGS');
