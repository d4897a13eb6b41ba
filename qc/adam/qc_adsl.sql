/******************************************************************************
 Program      : qc/adam/qc_adsl.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : ADSL, Subject-Level Analysis Dataset
 Purpose      : Independent second program of ADSL. Written from the text of
                specs/adam.xlsx (Variables, Methods, Codelists) and from
                docs/decisions-adam.md; the production code was not read.
 Inputs       : sdtm.dm, sdtm.suppdm, sdtm.ex, sdtm.ds, sdtm.suppds, sdtm.rs,
                sdtm.vs, sdtm.gf, sdtm.cm, sdtm.suppcm, sdtm.mh, sdtm.suppmh;
                spec.parameters
 Outputs      : qc.adsl, one row per subject, sorted by STUDYID, USUBJID
 Author       : QC programmer
 History      : 1.0  First version
                1.1  Time at risk, planned doses, study days of death and last
                     contact, further items of the death form
******************************************************************************/

-- A date of the study is the number of days since 01JAN1960. Text without a complete date gives no date.
create or replace temp macro sas_date(iso) as
    case when length(iso) >= 10
         then cast(cast(left(iso, 10) as date) - date '1960-01-01' as double) end;

-- Half away from zero, on the decimal number that 15 digits show, not on its binary image.
create or replace temp macro round_decimal(x, digits) as
    cast(round(cast(format('{:.15g}', x) as decimal(30, 14)), digits) as double);

create or replace temp macro yes_no(condition) as case when condition then 'Y' else 'N' end;

create or replace table qc.adsl as
with
-- Supplemental qualifiers, one column each.
suppdm as (
    select USUBJID,
           max(case when QNAM = 'PREVSUBJ' then QVAL end) as PREVSUBJ,
           max(case when QNAM = 'ENRTYPE'  then QVAL end) as ENRTYPE,
           max(case when QNAM = 'CONSTYPE' then QVAL end) as CONSTYPE
    from sdtm.suppdm
    group by USUBJID
),

-- Exposure: each record with its first and last day and the days it covers.
exposure as (
    select USUBJID, EXTRT, EXDOSE,
           sas_date(EXSTDTC) as start_day,
           sas_date(EXENDTC) as end_day,
           sas_date(EXENDTC) - sas_date(EXSTDTC) + 1 as days
    from sdtm.ex
),
dosing as (
    select USUBJID,
           min(start_day) as TRTSDT,
           max(end_day)   as TRTEDT,
           -- isatuximab: one record is one administration
           count(*)       filter (where EXTRT = 'ISATUXIMAB') as isa_records,
           min(start_day) filter (where EXTRT = 'ISATUXIMAB') as ISASDT,
           max(end_day)   filter (where EXTRT = 'ISATUXIMAB') as ISAEDT,
           sum(EXDOSE)    filter (where EXTRT = 'ISATUXIMAB') as isa_dose,
           -- pomalidomide: one record is an interval, so days and dose times days
           count(*)           filter (where EXTRT = 'POMALIDOMIDE') as pom_records,
           min(start_day)     filter (where EXTRT = 'POMALIDOMIDE') as POMSDT,
           max(end_day)       filter (where EXTRT = 'POMALIDOMIDE') as POMEDT,
           sum(days)          filter (where EXTRT = 'POMALIDOMIDE') as pom_days,
           sum(EXDOSE * days) filter (where EXTRT = 'POMALIDOMIDE') as pom_dose,
           -- carfilzomib: one record is one administration
           count(*)       filter (where EXTRT = 'CARFILZOMIB') as car_records,
           min(start_day) filter (where EXTRT = 'CARFILZOMIB') as CARSDT,
           max(end_day)   filter (where EXTRT = 'CARFILZOMIB') as CAREDT,
           sum(EXDOSE)    filter (where EXTRT = 'CARFILZOMIB') as car_dose,
           -- dexamethasone: days and dose times days
           min(start_day)     filter (where EXTRT = 'DEXAMETHASONE') as DEXSDT,
           max(end_day)       filter (where EXTRT = 'DEXAMETHASONE') as DEXEDT,
           sum(days)          filter (where EXTRT = 'DEXAMETHASONE') as dex_days,
           sum(EXDOSE * days) filter (where EXTRT = 'DEXAMETHASONE') as dex_dose
    from exposure
    group by USUBJID
),

-- Regimen given: pomalidomide goes before carfilzomib; nothing without isatuximab.
regimen as (
    select USUBJID,
           case when isa_records = 0 then null
                when pom_records > 0 then 1
                when car_records > 0 then 2
                else 3 end as TRT01AN
    from dosing
),

-- Disposition: end of study, end of isatuximab, cause of death.
end_of_study as (
    select USUBJID, DSDECOD, DSSTDTC from sdtm.ds where DSSCAT = 'STUDY PARTICIPATION'
),
end_of_isatuximab as (
    select USUBJID, DSDECOD from sdtm.ds where DSSCAT = 'STUDY TREATMENT - ISATUXIMAB'
),
cause_of_death as (
    select ds.USUBJID,
           max(case when supp.QNAM = 'DSDTHCS'  then supp.QVAL end) as DTHCAUS,
           max(case when supp.QNAM = 'DSDTHTXT' then supp.QVAL end) as DTHTXT,
           max(case when supp.QNAM = 'DSDTHREL' then supp.QVAL end) as DTHREL,
           max(case when supp.QNAM = 'DSAUTOP'  then supp.QVAL end) as DTHAUTOP
    from sdtm.ds as ds
    join sdtm.suppds as supp
      on supp.USUBJID = ds.USUBJID and supp.IDVAR = 'DSSEQ'
     and cast(supp.IDVARVAL as double) = ds.DSSEQ
    where ds.DSSCAT = 'DEATH'
    group by ds.USUBJID
),

-- Dates of the subject. A partial date of death is the first day of its month or year, or the last dose
-- when the last dose lies in that month or year.
subject_dates as (
    select dm.USUBJID,
           sas_date(dm.RFICDTC) as RFICDT,
           -- Baseline ends with the first dose; without any dose with consent.
           coalesce(dosing.TRTSDT, sas_date(dm.RFICDTC)) as BLREFDT,
           case length(dm.DTHDTC)
                when 4 then greatest(sas_date(dm.DTHDTC || '-01-01'),
                                     case when year(date '1960-01-01' + cast(dosing.TRTEDT as integer))
                                               = cast(dm.DTHDTC as integer) then dosing.TRTEDT end)
                when 7 then greatest(sas_date(dm.DTHDTC || '-01'),
                                     case when strftime(date '1960-01-01' + cast(dosing.TRTEDT as integer), '%Y-%m')
                                               = dm.DTHDTC then dosing.TRTEDT end)
                else sas_date(dm.DTHDTC) end as DTHDT,
           case length(dm.DTHDTC) when 4 then 'M' when 7 then 'D' else '' end as DTHDTF
    from sdtm.dm as dm
    left join dosing on dosing.USUBJID = dm.USUBJID
),

-- Baseline values: the last one with a result on or before the baseline reference date.
ecog as (
    select rs.USUBJID, rs.RSSTRESN as ECOGBLN
    from sdtm.rs as rs
    join subject_dates on subject_dates.USUBJID = rs.USUBJID
    where rs.RSTESTCD = 'ECOG101' and rs.RSSTRESN is not null
      and sas_date(rs.RSDTC) <= subject_dates.BLREFDT
    qualify row_number() over (partition by rs.USUBJID order by rs.RSDTC desc, rs.RSSEQ desc) = 1
),
vital_signs as (
    select vs.USUBJID, vs.VSTESTCD, vs.VSSTRESN
    from sdtm.vs as vs
    join subject_dates on subject_dates.USUBJID = vs.USUBJID
    where vs.VSTESTCD in ('HEIGHT', 'WEIGHT') and vs.VSSTRESN is not null
      and sas_date(vs.VSDTC) <= subject_dates.BLREFDT
    qualify row_number() over (partition by vs.USUBJID, vs.VSTESTCD order by vs.VSDTC desc, vs.VSSEQ desc) = 1
),
body_size as (
    select USUBJID,
           max(case when VSTESTCD = 'HEIGHT' then VSSTRESN end) as HEIGHTBL,
           max(case when VSTESTCD = 'WEIGHT' then VSSTRESN end) as WEIGHTBL
    from vital_signs
    group by USUBJID
),

-- Cytogenetic risk: three abnormalities, samples on or before baseline. A partial sample date counts when its
-- month or year starts by then. One positive result beats every negative one.
cytogenetics as (
    select gf.USUBJID,
           count(*) filter (where gf.GFSTRESC = 'POSITIVE') as positives,
           count(*) filter (where gf.GFSTRESC = 'NEGATIVE') as negatives
    from sdtm.gf as gf
    join subject_dates on subject_dates.USUBJID = gf.USUBJID
    where gf.GFTESTCD in ('DEL17P', 'T4_14', 'T14_16')
      and sas_date(case length(gf.GFDTC) when 4 then gf.GFDTC || '-01-01'
                                         when 7 then gf.GFDTC || '-01'
                                         else gf.GFDTC end) <= subject_dates.BLREFDT
    group by gf.USUBJID
),

-- Prior therapy: lines are counted, not regimens.
prior_lines as (
    select USUBJID, count(distinct CMGRPID) as NPRIOR
    from sdtm.cm
    where CMCAT = 'PRIOR THERAPY' and CMGRPID <> ''
    group by USUBJID
),
prior_answers as (
    select cm.USUBJID,
           count(*) filter (where supp.QNAM = 'CMASCT'  and supp.QVAL = 'Y') as transplants,
           count(*) filter (where supp.QNAM = 'CMACD38' and supp.QVAL = 'Y') as anti_cd38,
           count(*) filter (where supp.QNAM = 'CMREFR'  and supp.QVAL = 'Y') as refractory
    from sdtm.cm as cm
    join sdtm.suppcm as supp
      on supp.USUBJID = cm.USUBJID and supp.IDVAR = 'CMSEQ' and cast(supp.IDVARVAL as double) = cm.CMSEQ
    where cm.CMCAT = 'PRIOR THERAPY'
    group by cm.USUBJID
),

-- The diagnosis record and its supplemental stage and laboratory values.
diagnosis as (
    select mh.USUBJID,
           max(case when supp.QNAM = 'MHISSBL'  then supp.QVAL end) as ISSBL,
           max(case when supp.QNAM = 'MHISSDX'  then supp.QVAL end) as ISSDX,
           max(case when supp.QNAM = 'MHRISSDX' then supp.QVAL end) as RISSDX,
           max(case when supp.QNAM = 'MHEGFR'   then cast(supp.QVAL as double) end) as EGFRBL
    from sdtm.mh as mh
    join sdtm.suppmh as supp
      on supp.USUBJID = mh.USUBJID and supp.IDVAR = 'MHSEQ' and cast(supp.IDVARVAL as double) = mh.MHSEQ
    group by mh.USUBJID
),

-- The labelled schedule, a row for each day on which a dose is planned. Days are counted from the first day of the
-- drug, which is day 0 here; a cycle has 28 days. Carfilzomib starts with 20 mg/m2 on the first two days.
parameters as (
    select max(case when name = 'TEAE_WINDOW'    then cast(value as double) end) as teae_window,
           max(case when name = 'DATA_CUTOFF'    then sas_date(value) end)       as cutoff,
           max(case when name = 'ISA_MGKG'       then cast(value as double) end) as isa_mgkg,
           max(case when name = 'POM_MG'         then cast(value as double) end) as pom_mg,
           max(case when name = 'CAR_MGM2'       then cast(value as double) end) as car_mgm2,
           max(case when name = 'CAR_MGM2_START' then cast(value as double) end) as car_start,
           max(case when name = 'BSA_CAP'        then cast(value as double) end) as bsa_cap,
           max(case when name = 'DEX_PD_MG'      then cast(value as double) end) as dex_pd,
           max(case when name = 'DEX_PD_MG_75'   then cast(value as double) end) as dex_pd_75,
           max(case when name = 'DEX_KD_MG'      then cast(value as double) end) as dex_kd
    from spec.parameters
    where workbook like 'adam%'
),
calendar as (
    select day, day % 28 + 1 as cycle_day, day < 28 as first_cycle from range(0, 4000) as days(day)
),
planned as (
    select dosing.USUBJID,
           count(*) filter (where calendar.day <= dosing.ISAEDT - dosing.ISASDT
                              and (cycle_day in (1, 15) or (first_cycle and cycle_day in (8, 22)))) as isa_doses,
           count(*) filter (where calendar.day <= dosing.POMEDT - dosing.POMSDT and cycle_day <= 21) as pom_doses,
           sum(case when calendar.day < 2 then parameters.car_start else parameters.car_mgm2 end)
                    filter (where calendar.day <= dosing.CAREDT - dosing.CARSDT
                              and cycle_day in (1, 2, 8, 9, 15, 16)) as car_per_m2,
           count(*) filter (where calendar.day <= dosing.DEXEDT - dosing.DEXSDT
                              and cycle_day in (1, 8, 15, 22)) as dex_weekly,
           count(*) filter (where calendar.day <= dosing.DEXEDT - dosing.DEXSDT
                              and cycle_day in (1, 2, 8, 9, 15, 16, 22, 23)) as dex_twice
    from dosing, calendar, parameters
    group by dosing.USUBJID
),

-- Time at risk: from the first dose to the end of the treatment-emergent window, cut off by death, the end of the
-- study and the data cut-off.
risk as (
    select subject_dates.USUBJID,
           case when dosing.TRTSDT is not null
                then least(dosing.TRTEDT + parameters.teae_window, subject_dates.DTHDT,
                           sas_date(end_of_study.DSSTDTC), parameters.cutoff) end as RISKEDT,
           least(greatest(sas_date(dm.RFPENDTC), dosing.TRTEDT, subject_dates.RFICDT), subject_dates.DTHDT) as LSTALVDT
    from subject_dates
    join sdtm.dm as dm      on dm.USUBJID = subject_dates.USUBJID
    left join dosing        on dosing.USUBJID = subject_dates.USUBJID
    left join end_of_study  on end_of_study.USUBJID = subject_dates.USUBJID
    cross join parameters
),

-- Numeric codes first; their texts follow below.
coded as (
    select dm.USUBJID,
           case when dm.AGE < 65 then 1 when dm.AGE < 75 then 2 when dm.AGE >= 75 then 3 end as AGEGR1N,
           case when cytogenetics.positives > 0 then 1
                when cytogenetics.negatives > 0 then 2
                else 3 end as CYTORSKN,
           case when prior_lines.NPRIOR >= 1 then least(prior_lines.NPRIOR, 4) end as NPRIORGN,
           case when diagnosis.EGFRBL < 30 then 1
                when diagnosis.EGFRBL < 60 then 2
                when diagnosis.EGFRBL >= 60 then 3 end as EGFRGR1N,
           case when end_of_study.USUBJID is null then 'ONGOING'
                when end_of_study.DSDECOD = 'COMPLETED' then 'COMPLETED'
                else 'DISCONTINUED' end as EOSSTT,
           -- End of treatment is about isatuximab: nothing for a subject who never had it.
           case when coalesce(dosing.isa_records, 0) = 0 then ''
                when end_of_isatuximab.USUBJID is null then 'ONGOING'
                when end_of_isatuximab.DSDECOD = 'COMPLETED' then 'COMPLETED'
                else 'DISCONTINUED' end as EOTSTT
    from sdtm.dm as dm
    left join dosing            on dosing.USUBJID = dm.USUBJID
    left join cytogenetics      on cytogenetics.USUBJID = dm.USUBJID
    left join prior_lines       on prior_lines.USUBJID = dm.USUBJID
    left join diagnosis         on diagnosis.USUBJID = dm.USUBJID
    left join end_of_study      on end_of_study.USUBJID = dm.USUBJID
    left join end_of_isatuximab on end_of_isatuximab.USUBJID = dm.USUBJID
)

select dm.STUDYID,
       dm.USUBJID,
       dm.SUBJID,
       dm.SITEID,
       coalesce(suppdm.PREVSUBJ, '') as PREVSUBJ,
       dm.COUNTRY,
       dm.AGE,
       dm.AGEU,
       case coded.AGEGR1N when 1 then '<65' when 2 then '65-74' when 3 then '>=75' else '' end as AGEGR1,
       cast(coded.AGEGR1N as double) as AGEGR1N,
       dm.SEX,
       dm.RACE,
       dm.ETHNIC,
       -- Safety: a dose of isatuximab, not of any drug. Enrolled: consent in writing or waived.
       yes_no(coalesce(dosing.isa_records, 0) > 0) as SAFFL,
       yes_no(coalesce(suppdm.CONSTYPE, '') in ('WRITTEN', 'WAIVER')) as ENRLFL,
       yes_no(coalesce(suppdm.ENRTYPE, '') = 'RETROSPECTIVE') as RETROFL,
       dm.ARM,
       dm.ACTARM,
       -- Nothing is planned in a registry: the planned treatment repeats the actual one.
       case regimen.TRT01AN when 1 then 'Isa-Pd' when 2 then 'Isa-Kd' when 3 then 'Isa-Other' else '' end as TRT01P,
       cast(regimen.TRT01AN as double) as TRT01PN,
       case regimen.TRT01AN when 1 then 'Isa-Pd' when 2 then 'Isa-Kd' when 3 then 'Isa-Other' else '' end as TRT01A,
       cast(regimen.TRT01AN as double) as TRT01AN,
       dosing.TRTSDT,
       dosing.TRTEDT,
       dosing.ISASDT,
       dosing.ISAEDT,
       dosing.ISAEDT - dosing.ISASDT + 1 as ISADURD,
       cast(coalesce(dosing.isa_records, 0) as double) as ISANDOSE,
       round_decimal(coalesce(dosing.isa_dose, 0), 1) as ISACUMD,
       case when dosing.ISASDT is not null
            then round_decimal(parameters.isa_mgkg * body_size.WEIGHTBL * planned.isa_doses, 1) end as ISAPLND,
       dosing.POMSDT,
       dosing.POMEDT,
       dosing.POMEDT - dosing.POMSDT + 1 as POMDURD,
       coalesce(dosing.pom_days, 0) as POMNDAY,
       round_decimal(coalesce(dosing.pom_dose, 0), 1) as POMCUMD,
       case when dosing.POMSDT is not null then parameters.pom_mg * planned.pom_doses end as POMPLND,
       dosing.CARSDT,
       dosing.CAREDT,
       dosing.CAREDT - dosing.CARSDT + 1 as CARDURD,
       cast(coalesce(dosing.car_records, 0) as double) as CARNDOSE,
       round_decimal(coalesce(dosing.car_dose, 0), 1) as CARCUMD,
       -- BSABL is rounded before it is capped; unknown without height or weight.
       case when dosing.CARSDT is not null and body_size.HEIGHTBL is not null and body_size.WEIGHTBL is not null
            then round_decimal(least(round_decimal(sqrt(body_size.HEIGHTBL * body_size.WEIGHTBL / 3600), 2),
                                     parameters.bsa_cap) * planned.car_per_m2, 1) end as CARPLND,
       dosing.DEXSDT,
       dosing.DEXEDT,
       dosing.DEXEDT - dosing.DEXSDT + 1 as DEXDURD,
       coalesce(dosing.dex_days, 0) as DEXNDAY,
       round_decimal(coalesce(dosing.dex_dose, 0), 1) as DEXCUMD,
       case when dosing.DEXSDT is null then null
            when regimen.TRT01AN = 1 and dm.AGE >= 75 then parameters.dex_pd_75 * planned.dex_weekly
            when regimen.TRT01AN = 1 then parameters.dex_pd * planned.dex_weekly
            when regimen.TRT01AN = 2 then parameters.dex_kd * planned.dex_twice end as DEXPLND,
       coded.EOSSTT,
       sas_date(end_of_study.DSSTDTC) as EOSDT,
       case when coded.EOSSTT = 'DISCONTINUED' then end_of_study.DSDECOD else '' end as DCSREAS,
       coded.EOTSTT,
       case when coded.EOTSTT = 'DISCONTINUED' then end_of_isatuximab.DSDECOD else '' end as DCTREAS,
       dates.RFICDT,
       -- Last known alive: the latest of end of participation, last dose and consent, but never after death.
       risk.LSTALVDT,
       -- Study days: no day 0.
       risk.LSTALVDT - dosing.TRTSDT + case when risk.LSTALVDT >= dosing.TRTSDT then 1 else 0 end as LSTALVDY,
       dosing.TRTEDT - dosing.TRTSDT + 1 as TRTDURD,
       risk.RISKEDT,
       risk.RISKEDT - dosing.TRTSDT + 1 as RISKDURD,
       dm.DTHFL,
       dates.DTHDT,
       dates.DTHDTF,
       dates.DTHDT - dosing.TRTSDT + case when dates.DTHDT >= dosing.TRTSDT then 1 else 0 end as DTHADY,
       coalesce(cause_of_death.DTHCAUS, '')  as DTHCAUS,
       coalesce(cause_of_death.DTHTXT, '')   as DTHTXT,
       coalesce(cause_of_death.DTHREL, '')   as DTHREL,
       coalesce(cause_of_death.DTHAUTOP, '') as DTHAUTOP,
       dates.DTHDT - dosing.TRTEDT as LDDTHELD,
       case when dates.DTHDT - dosing.TRTEDT <= 30 then '<=30'
            when dates.DTHDT - dosing.TRTEDT > 30 then '>30'
            else '' end as LDDTHGR1,
       dates.BLREFDT,
       coalesce(cast(cast(ecog.ECOGBLN as integer) as varchar), '') as ECOGBL,
       ecog.ECOGBLN,
       case coded.CYTORSKN when 1 then 'HIGH' when 2 then 'STANDARD' else 'NOT EVALUABLE' end as CYTORISK,
       cast(coded.CYTORSKN as double) as CYTORSKN,
       cast(coalesce(prior_lines.NPRIOR, 0) as double) as NPRIOR,
       case coded.NPRIORGN when 1 then '1' when 2 then '2' when 3 then '3' when 4 then '>=4' else '' end as NPRIORGR,
       cast(coded.NPRIORGN as double) as NPRIORGN,
       yes_no(coalesce(prior_answers.transplants, 0) > 0) as ASCTFL,
       yes_no(coalesce(prior_answers.anti_cd38, 0) > 0) as CD38FL,
       yes_no(coalesce(prior_answers.refractory, 0) > 0) as REFRFL,
       body_size.HEIGHTBL,
       body_size.WEIGHTBL,
       round_decimal(body_size.WEIGHTBL / ((body_size.HEIGHTBL / 100) * (body_size.HEIGHTBL / 100)), 1) as BMIBL,
       -- Mosteller
       round_decimal(sqrt(body_size.HEIGHTBL * body_size.WEIGHTBL / 3600), 2) as BSABL,
       coalesce(diagnosis.ISSBL, '') as ISSBL,
       coalesce(diagnosis.ISSDX, '') as ISSDX,
       coalesce(diagnosis.RISSDX, '') as RISSDX,
       diagnosis.EGFRBL,
       case coded.EGFRGR1N when 1 then '<30' when 2 then '30-<60' when 3 then '>=60' else '' end as EGFRGR1,
       cast(coded.EGFRGR1N as double) as EGFRGR1N
from sdtm.dm as dm
join coded                       on coded.USUBJID = dm.USUBJID
join subject_dates as dates      on dates.USUBJID = dm.USUBJID
join risk                        on risk.USUBJID = dm.USUBJID
cross join parameters
left join planned                on planned.USUBJID = dm.USUBJID
left join suppdm                 on suppdm.USUBJID = dm.USUBJID
left join dosing                 on dosing.USUBJID = dm.USUBJID
left join regimen                on regimen.USUBJID = dm.USUBJID
left join end_of_study           on end_of_study.USUBJID = dm.USUBJID
left join end_of_isatuximab      on end_of_isatuximab.USUBJID = dm.USUBJID
left join cause_of_death         on cause_of_death.USUBJID = dm.USUBJID
left join ecog                   on ecog.USUBJID = dm.USUBJID
left join body_size              on body_size.USUBJID = dm.USUBJID
left join prior_lines            on prior_lines.USUBJID = dm.USUBJID
left join prior_answers          on prior_answers.USUBJID = dm.USUBJID
left join diagnosis              on diagnosis.USUBJID = dm.USUBJID
order by dm.STUDYID, dm.USUBJID;
