/******************************************************************************
 Program      : qc/tlf/qc_f_14_3_4.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : F-14-3-4, Onset and Duration of Treatment-Emergent Adverse
                Events of Special Interest of Grade >=3
 Purpose      : Independent second program: lists again what each lane shows.
                Written from specs/tlf.xlsx and docs/tables.md; the
                production code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.f_14_3_4, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.f_14_3_4 as
with
-- A record per event; a lane per term and subject. An event without an end runs to the day last known alive.
records as (
    select row_number() over (order by adae.AEDECOD, adae.ASTDY nulls first, adae.USUBJID, adae.AESEQ) as line,
           adae.USUBJID, adae.AEDECOD, adae.ATOXGRN, adae.AEOUT, adae.AEENRTPT, adae.ASTDY as first_day,
           case when adae.AENDY is null then greatest(adae.ASTDY, adsl.LSTALVDY) else adae.AENDY end as last_day,
           adsl.TRT01A
    from adam.adae as adae
    join adam.adsl as adsl on adsl.USUBJID = adae.USUBJID
    where adsl.SAFFL = 'Y' and adae.TRTEMFL = 'Y' and adae.AESIFL = 'Y' and adae.ATOXGRN >= 3
),
drawn as (
    select line, USUBJID, parts.*
    from records
    cross join lateral (values
        (1, 'PT',    'Preferred term', case AEDECOD when '' then 'Uncoded' else AEDECOD end, null, null, null),
        (2, 'SUBJ',  'Subject',        USUBJID, null, null, null),
        (3, 'REG',   'Regimen',        TRT01A,  null, null, null),
        (4, 'G3',    'Grade 3',        '',      case ATOXGRN when 3 then first_day end,
         case ATOXGRN when 3 then last_day end, null),
        (5, 'G4',    'Grade 4',        '',      case ATOXGRN when 4 then first_day end,
         case ATOXGRN when 4 then last_day end, null),
        (6, 'G5',    'Grade 5',        '',      case ATOXGRN when 5 then first_day end,
         case ATOXGRN when 5 then last_day end, null),
        (7, 'FATAL', 'Fatal',          '',      null, null, case AEOUT when 'FATAL' then last_day end),
        (8, 'ONG',   'Ongoing',        '',      null, null, case AEENRTPT when 'ONGOING' then last_day end)
    ) as parts (column_order, column_id, column_label, words, first_day, last_day, day)
),
cells as (from lane_cells('drawn'))
from listing_data('F-14-3-4', 'cells', 'ADAE');
