/******************************************************************************
 Program      : qc/adam/qc_adex.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : ADEX, Exposure Analysis Dataset
 Purpose      : Independent second program of ADEX. Written from the text of
                specs/adam.xlsx (Variables, ValueLevel, Methods, Codelists); the
                production code was not read.
 Inputs       : qc.adsl (production ADSL is not read), sdtm.ex, sdtm.suppex,
                sdtm.ec, spec.codelists
 Outputs      : qc.adex, one row per subject, drug had and parameter, sorted by
                STUDYID, USUBJID, PARAMCD
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/
create or replace table qc.adex as
with
-- Each exposure record with the qualifiers that say what was changed, and its cycle.
doses as (
    select ex.USUBJID, ex.EXTRT,
           max(case when supp.QNAM = 'EXCYCLE'  then supp.QVAL end) as cycle,
           max(case when supp.QNAM = 'EXDELAY'  then supp.QVAL end) as late,
           max(case when supp.QNAM = 'EXINTRPT' then supp.QVAL end) as stopped,
           max(case when supp.QNAM = 'EXMODTYP' then supp.QVAL end) as change
    from sdtm.ex as ex
    left join sdtm.suppex as supp
      on supp.USUBJID = ex.USUBJID and supp.IDVAR = 'EXSEQ' and cast(supp.IDVARVAL as double) = ex.EXSEQ
    group by ex.USUBJID, ex.EXTRT, ex.EXSEQ
),
changes as (
    select USUBJID, EXTRT,
           count(distinct cycle) as cycles,
           count(*) filter (where late = 'Y' or change = 'DELAYED')           as delayed,
           count(*) filter (where stopped = 'Y' or change = 'INTERRUPTED')    as interrupted,
           count(*) filter (where change = 'REDUCED')                         as reduced
    from doses
    group by USUBJID, EXTRT
),
not_given as (
    select USUBJID, ECTRT, count(*) as records from sdtm.ec where ECOCCUR = 'N' group by USUBJID, ECTRT
),

-- A row per subject and drug that the subject had.
drugs as (
    select USUBJID, 'ISA' as prefix, 'ISATUXIMAB' as drug, ISADURD as days, ISANDOSE as doses, ISACUMD as given,
           ISAPLND as planned
    from qc.adsl where ISANDOSE > 0
    union all
    select USUBJID, 'POM', 'POMALIDOMIDE', POMDURD, POMNDAY, POMCUMD, POMPLND from qc.adsl where POMNDAY > 0
    union all
    select USUBJID, 'CAR', 'CARFILZOMIB', CARDURD, CARNDOSE, CARCUMD, CARPLND from qc.adsl where CARNDOSE > 0
    union all
    select USUBJID, 'DEX', 'DEXAMETHASONE', DEXDURD, DEXNDAY, DEXCUMD, DEXPLND from qc.adsl where DEXNDAY > 0
),
figures as (
    select drugs.*, changes.cycles, changes.delayed, changes.interrupted, changes.reduced,
           coalesce(not_given.records, 0) as omitted
    from drugs
    join changes        on changes.USUBJID = drugs.USUBJID and changes.EXTRT = drugs.drug
    left join not_given on not_given.USUBJID = drugs.USUBJID and not_given.ECTRT = drugs.drug
),
-- One row per parameter. Isatuximab is never reduced. An oral drug is recorded in intervals: one with dose 0 is an
-- interruption, and no omission is counted.
parameters as (
    select USUBJID, prefix, drug, 'DURW' as kind, days / 7 as AVAL                    from figures
    union all select USUBJID, prefix, drug, 'NCYC', cast(cycles as double)            from figures
    union all select USUBJID, prefix, drug, 'NDOS', doses                             from figures
    union all select USUBJID, prefix, drug, 'CUMD', given                             from figures
    union all select USUBJID, prefix, drug, 'PLND', planned                           from figures
    union all select USUBJID, prefix, drug, 'RDI',  given / planned * 100             from figures
    union all select USUBJID, prefix, drug, 'NDEL', cast(delayed as double)           from figures
    union all select USUBJID, prefix, drug, 'NINT',
                     interrupted + case when prefix in ('POM', 'DEX') then omitted else 0 end from figures
    union all select USUBJID, prefix, drug, 'NRED', cast(reduced as double)           from figures where prefix <> 'ISA'
    union all select USUBJID, prefix, drug, 'NOMI', cast(omitted as double)           from figures
                                                                                      where prefix in ('ISA', 'CAR')
),
labels as (
    select distinct term, decode from spec.codelists where workbook like 'adam%' and id = 'PARMADEX'
)
select adsl.STUDYID, adsl.USUBJID, adsl.SUBJID, adsl.SITEID, adsl.SAFFL,
       adsl.TRT01A as TRTA, adsl.TRT01AN as TRTAN, adsl.TRTSDT, adsl.TRTEDT,
       parameters.drug as PARCAT1,
       labels.decode as PARAM,
       parameters.prefix || parameters.kind as PARAMCD,
       cast(parameters.AVAL as double) as AVAL
from parameters
join qc.adsl as adsl on adsl.USUBJID = parameters.USUBJID
left join labels     on labels.term = parameters.prefix || parameters.kind
order by adsl.STUDYID, adsl.USUBJID, PARAMCD;
