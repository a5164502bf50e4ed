//! The line model as part of cleaning: what it may and may not do to a page, and that it helps in languages that nobody
//! fitted it to. The pages are written for these tests: an article with what content systems put around one.

#![expect(clippy::panic, reason = "a helper of a test may fail like the test itself")]

use dehusk::clean::{Cleaner, LINE_MODEL};
use dehusk::model::{Page, PageSort, Profile, VerdictKind};
use dehusk::pipeline::{Options, Progress, Sinks, run};
use dehusk::rules::{RuleFile, RuleSet, builtin, load};
use dehusk::sink::Target;
use dehusk::source::{Inputs, html_page};
use std::fs;
use std::sync::Arc;

fn rules() -> Arc<RuleSet> {
    Arc::new(load(&builtin()).unwrap_or_else(|faults| panic!("{}", faults.render(false, 100))))
}

fn page(text: &str) -> Page {
    Page { text: text.to_owned(), ..Page::default() }
}

/// A page's lines: menu, title, paragraphs, and what follows them.
struct Sample {
    language: &'static str,
    menu: &'static [&'static str],
    title: &'static str,
    paragraphs: [&'static str; 3],
    after: &'static [&'static str],
}

impl Sample {
    fn text(&self) -> String {
        let lines = self.menu.iter().chain([&self.title]).chain(&self.paragraphs).chain(self.after);
        lines.copied().collect::<Vec<_>>().join("\n\n")
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        language: "English",
        menu: &["Home", "News", "Sport", "Contact", "Sign in"],
        title: "The old bridge is closed for the winter",
        paragraphs: [
            "The old bridge over the river was closed on Monday morning, after engineers had found cracks in two of its seven arches that nobody had seen before.",
            "For the villages on the far side this means a detour of nineteen kilometres, and the school bus now leaves three quarters of an hour earlier than it did last week.",
            "The council will hear the engineers again in March, and until then nobody wants to say what the repair will cost or who is going to pay for it.",
        ],
        after: &[
            "Share",
            "Related articles",
            "A new baker in the square",
            "Market day moves to Friday",
            "Leave a comment",
            "Name",
            "Copyright 2026",
        ],
    },
    Sample {
        language: "German",
        menu: &["Startseite", "Nachrichten", "Sport", "Kontakt", "Anmelden"],
        title: "Die alte Brücke bleibt im Winter gesperrt",
        paragraphs: [
            "Die alte Brücke über den Fluss ist seit Montagmorgen gesperrt, nachdem Fachleute in zwei ihrer sieben Bögen Risse gefunden hatten, die bisher niemandem aufgefallen waren.",
            "Für die Dörfer auf der anderen Seite bedeutet das einen Umweg von neunzehn Kilometern, und der Schulbus fährt nun eine Dreiviertelstunde früher ab als noch in der vergangenen Woche.",
            "Im März will der Gemeinderat die Fachleute noch einmal anhören, und bis dahin möchte niemand sagen, was die Reparatur kosten wird und wer sie am Ende bezahlt.",
        ],
        after: &[
            "Teilen",
            "Ähnliche Beiträge",
            "Ein neuer Bäcker am Platz",
            "Markttag wird verlegt",
            "Schreibe einen Kommentar",
            "Name",
            "Impressum",
        ],
    },
    Sample {
        language: "French",
        menu: &["Accueil", "Actualités", "Sport", "Contact", "Connexion"],
        title: "Le vieux pont est fermé pour l'hiver",
        paragraphs: [
            "Le vieux pont sur la rivière est fermé depuis lundi matin, après que des ingénieurs ont trouvé dans deux de ses sept arches des fissures que personne n'avait encore vues.",
            "Pour les villages de l'autre rive, cela veut dire un détour de dix-neuf kilomètres, et le car scolaire part désormais trois quarts d'heure plus tôt que la semaine dernière.",
            "Le conseil entendra de nouveau les ingénieurs en mars, et d'ici là personne ne veut dire ce que coûtera la réparation ni qui devra la payer à la fin.",
        ],
        after: &[
            "Partager",
            "Articles similaires",
            "Un nouveau boulanger sur la place",
            "Le marché change de jour",
            "Laisser un commentaire",
            "Nom",
            "Mentions légales",
        ],
    },
    Sample {
        language: "Spanish",
        menu: &["Inicio", "Noticias", "Deportes", "Contacto", "Entrar"],
        title: "El viejo puente cierra durante el invierno",
        paragraphs: [
            "El viejo puente sobre el río está cerrado desde el lunes por la mañana, después de que los ingenieros encontraran grietas en dos de sus siete arcos que nadie había visto antes.",
            "Para los pueblos de la otra orilla eso supone un rodeo de diecinueve kilómetros, y el autobús escolar sale ahora tres cuartos de hora antes que la semana pasada.",
            "El ayuntamiento volverá a escuchar a los ingenieros en marzo, y hasta entonces nadie quiere decir cuánto costará la reparación ni quién la va a pagar.",
        ],
        after: &[
            "Compartir",
            "Entradas relacionadas",
            "Un panadero nuevo en la plaza",
            "El mercado cambia de día",
            "Deja un comentario",
            "Nombre",
            "Aviso legal",
        ],
    },
    Sample {
        language: "Italian",
        menu: &["Home", "Notizie", "Sport", "Contatti", "Accedi"],
        title: "Il vecchio ponte resta chiuso per l'inverno",
        paragraphs: [
            "Il vecchio ponte sul fiume è chiuso da lunedì mattina, dopo che gli ingegneri hanno trovato in due delle sue sette arcate delle crepe che nessuno aveva mai notato prima.",
            "Per i paesi dell'altra sponda questo significa una deviazione di diciannove chilometri, e lo scuolabus parte ora tre quarti d'ora prima rispetto alla settimana scorsa.",
            "Il consiglio ascolterà di nuovo gli ingegneri a marzo, e fino ad allora nessuno vuole dire quanto costerà la riparazione e chi la pagherà alla fine.",
        ],
        after: &[
            "Condividi",
            "Articoli correlati",
            "Un nuovo fornaio in piazza",
            "Il mercato cambia giorno",
            "Lascia un commento",
            "Nome",
            "Note legali",
        ],
    },
    Sample {
        language: "Dutch",
        menu: &["Startpagina", "Nieuws", "Sport", "Contact", "Inloggen"],
        title: "De oude brug blijft de hele winter dicht",
        paragraphs: [
            "De oude brug over de rivier is sinds maandagochtend dicht, nadat ingenieurs in twee van de zeven bogen scheuren hadden gevonden die niemand eerder had gezien.",
            "Voor de dorpen aan de overkant betekent dat een omweg van negentien kilometer, en de schoolbus vertrekt nu drie kwartier eerder dan hij vorige week nog deed.",
            "De gemeenteraad hoort de ingenieurs in maart opnieuw, en tot die tijd wil niemand zeggen wat de reparatie gaat kosten en wie haar uiteindelijk zal betalen.",
        ],
        after: &[
            "Delen",
            "Gerelateerde berichten",
            "Een nieuwe bakker op het plein",
            "Marktdag verplaatst",
            "Geef een reactie",
            "Naam",
            "Colofon",
        ],
    },
    Sample {
        language: "Turkish",
        menu: &["Anasayfa", "Haberler", "Spor", "İletişim", "Giriş"],
        title: "Eski köprü kış boyunca kapalı kalacak",
        paragraphs: [
            "Nehrin üzerindeki eski köprü, mühendislerin yedi kemerinden ikisinde daha önce kimsenin görmediği çatlaklar bulmasının ardından pazartesi sabahından beri trafiğe kapalı tutuluyor ve ne zaman açılacağı da henüz bilinmiyor.",
            "Karşı yakadaki köyler için bu, on dokuz kilometrelik bir dolambaç anlamına geliyor ve okul servisi de artık geçen haftaya göre tam kırk beş dakika daha erken yola çıkıyor.",
            "Belediye meclisi mühendisleri mart ayında yeniden dinleyecek ve o zamana kadar hiç kimse onarımın ne kadar tutacağını ve parayı sonunda kimin ödeyeceğini söylemek istemiyor.",
        ],
        after: &[
            "Paylaş",
            "Son Yazılar",
            "Meydanda yeni bir fırın",
            "Pazar günü değişti",
            "Yorum Yapın",
            "İsim",
            "Gizlilik",
        ],
    },
    Sample {
        language: "Russian",
        menu: &["Главная", "Новости", "Спорт", "Контакты", "Войти"],
        title: "Старый мост закрыт на всю зиму",
        paragraphs: [
            "Старый мост через реку закрыт с утра понедельника, после того как инженеры нашли в двух из семи его арок трещины, которых до сих пор никто не замечал и о которых никто не говорил.",
            "Для деревень на том берегу это означает объезд в девятнадцать километров, и школьный автобус теперь уходит на три четверти часа раньше, чем он уходил ещё на прошлой неделе.",
            "Совет снова выслушает инженеров в марте, и до тех пор никто не хочет говорить, сколько будет стоить ремонт моста и кто в конце концов за него заплатит.",
        ],
        after: &[
            "Поделиться",
            "Похожие записи",
            "Новый пекарь на площади",
            "Рынок переносится",
            "Добавить комментарий",
            "Имя",
            "Все права защищены",
        ],
    },
    Sample {
        language: "Chinese",
        menu: &["首页", "新闻", "体育", "联系我们", "登录"],
        title: "老桥整个冬天都要关闭",
        paragraphs: [
            "河上的老桥从星期一早上起关闭，因为工程师在七个桥拱中的两个里发现了以前谁也没有注意到的裂缝，桥面上的车辆只好全部改道。",
            "对于河对岸的几个村子来说，这意味着要绕行十九公里，校车现在也比上个星期提前整整四十五分钟出发，孩子们天不亮就得起床。",
            "镇议会要到三月份才会再次听取工程师的意见，在那之前，没有人愿意说修桥究竟要花多少钱，也没有人愿意说最后由谁来付这笔钱。",
        ],
        after: &["分享", "相关文章", "广场上的新面包店", "集市改期", "发表评论", "姓名", "版权所有"],
    },
    Sample {
        language: "Arabic",
        menu: &["الرئيسية", "أخبار", "رياضة", "اتصل بنا", "تسجيل الدخول"],
        title: "الجسر القديم مغلق طوال الشتاء",
        paragraphs: [
            "الجسر القديم فوق النهر مغلق منذ صباح يوم الاثنين، بعد أن وجد المهندسون في اثنين من أقواسه السبعة شقوقا لم يلاحظها أحد من قبل ولم يتحدث عنها أحد في المدينة.",
            "وهذا يعني لأهل القرى على الضفة الأخرى طريقا أطول بتسعة عشر كيلومترا، كما أن حافلة المدرسة تغادر الآن قبل موعدها في الأسبوع الماضي بثلاثة أرباع الساعة كاملة.",
            "وسيستمع المجلس إلى المهندسين مرة أخرى في شهر مارس، وحتى ذلك الحين لا يريد أحد أن يقول كم سيكلف الإصلاح ومن الذي سيدفع ثمنه في نهاية الأمر.",
        ],
        after: &[
            "مشاركة",
            "مقالات ذات صلة",
            "خباز جديد في الساحة",
            "تغيير موعد السوق",
            "اترك تعليقاً",
            "الاسم",
            "جميع الحقوق محفوظة",
        ],
    },
];

#[test]
fn articles_of_ten_languages_keep_their_paragraphs_and_lose_more_than_rules_take() {
    let rules = rules();
    let of = |profile| Cleaner::builder(Arc::clone(&rules)).profile(profile).build();
    let (careful, normal) = (of(Profile::Careful), of(Profile::Normal));
    assert_eq!(SAMPLES.len(), 10);
    let (mut left, mut all) = (0, 0);
    for sample in SAMPLES {
        let language = sample.language;
        let text = normal.clean(&page(&sample.text())).article.text;
        for paragraph in sample.paragraphs {
            assert!(text.contains(paragraph), "{language} lost a paragraph: {text}");
        }
        let around: Vec<&str> = sample.menu.iter().chain(sample.after).copied().collect();
        let still_in =
            |text: &str| around.iter().filter(|line| text.lines().any(|kept| kept == **line)).count();
        let by_rules = still_in(&careful.clean(&page(&sample.text())).article.text);
        assert!(
            still_in(&text) <= by_rules,
            "{language}: {} lines left, {by_rules} by rules: {text}",
            still_in(&text)
        );
        left += still_in(&text);
        all += around.len();
    }
    assert!(3 * left <= all, "{left} of {all} lines around the articles are left");
}

#[test]
fn pages_without_lines_are_judged_too() {
    let cleaner = Cleaner::builder(rules()).build();
    for page in [page(""), page(" \n\n\t"), html_page("<html><body><nav></nav></body></html>")] {
        let judged = cleaner.judge(&page);
        assert!(judged.decision.verdicts.is_empty() && judged.reasons.is_empty());
        assert_eq!(judged.cleaned.article.text, "");
    }
}

#[test]
fn what_a_rule_protects_stays_and_what_it_captures_is_no_text() {
    const RULES: &str = r#"
schema = 1
[pack]
id = "t"
[[rule]]
id = "precious"
kind = "content"
about = "a"
match = { line = ["Home"] }
do = "protect"
drop = ["Home", "home"]
keep = ["a", "b"]
[[rule]]
id = "title"
kind = "title-repeat"
about = "a"
match = { starts = ["The old bridge is closed"], max_words = 12 }
do = { capture = "title" }
drop = ["The old bridge is closed for the winter", "The old bridge is closed today"]
keep = ["a", "b"]
"#;
    let set = load(&[RuleFile::new("t.toml", RULES)])
        .unwrap_or_else(|faults| panic!("{}", faults.render(false, 100)));
    let cleaner = Cleaner::builder(Arc::new(set)).profile(Profile::Eager).build();
    let judged = cleaner.judge(&page(&SAMPLES[0].text()));
    let verdict = |at: usize| judged.decision.verdicts[at];
    assert_eq!((verdict(0).kind, verdict(0).chance), (VerdictKind::Keep, None), "protected");
    assert_eq!((verdict(5).kind, verdict(5).chance), (VerdictKind::Capture, None), "captured");
    assert_eq!(verdict(1).kind, VerdictKind::Drop, "the model judges the rest");
    let model = judged.cleaned.removals.iter().find(|removal| removal.line == 1).unwrap();
    assert_eq!((model.action, model.rules.len()), (LINE_MODEL, 0));
}

#[test]
fn every_removal_counts_once_by_its_kind_or_as_the_models_own() {
    let folder = tempfile::tempdir().unwrap();
    for sample in SAMPLES {
        fs::write(folder.path().join(format!("{}.txt", sample.language)), sample.text()).unwrap();
    }
    let inputs = Inputs::builder([folder.path()]).build().unwrap();
    let target = |name: &str| Target::from_path(folder.path().join(name));
    let sinks = Sinks { articles: target("out"), removed: Some(target("removed")), rejects: None };
    let cleaner = Cleaner::builder(rules()).build();
    let stats = run(&inputs, &cleaner, sinks, &Options::default(), &Progress::default()).unwrap().stats;
    let removed = fs::read_to_string(folder.path().join("removed")).unwrap();
    let by_model = removed.matches(r#""action":"line-model""#).count() as u64;
    assert!(by_model > 0);
    assert_eq!(stats.line_model, by_model);
    let all = removed.matches(r#""action":"#).count() as u64;
    assert_eq!(stats.kinds.values().sum::<u64>() + by_model, all);
}

/// On listings the model may give back what rules would take, and what it does not is theirs.
#[test]
fn what_rules_take_is_theirs_where_the_model_was_asked_too() {
    let cleaner = Cleaner::builder(rules()).page_sort(PageSort::Any).build();
    let mut asked = 0;
    for sample in SAMPLES {
        let judged = cleaner.judge(&page(&sample.text()));
        for removal in &judged.cleaned.removals {
            let verdict = judged.decision.verdicts[removal.line as usize];
            let by_rules = verdict.by.is_some() || verdict.score.decides();
            assert!(!by_rules || removal.action != LINE_MODEL, "{}: {removal:?}", sample.language);
            asked += u32::from(by_rules && verdict.chance.is_some());
        }
    }
    assert!(asked > 0, "rules took nothing that the model was asked about");
}

/// Two rules that each speak against every line: together they would take the page, so the guard gives it back.
#[test]
fn what_the_guard_gives_back_and_the_model_takes_is_the_models() {
    let half = |id: &str, test: &str| {
        format!(
            "[[rule]]\nid = \"{id}\"\nkind = \"menu\"\nabout = \"x\"\nmatch = {{ {test} }}\nscore = 0.5\n\
             drop = [\"One two\"]\nkeep = [\"1\"]\n"
        )
    };
    let pack = format!(
        "schema = 1\n[pack]\nid = \"t\"\n{}{}",
        half("chars", "min_chars = 2"),
        half("words", "min_words = 1")
    );
    let rules = Arc::new(load(&[RuleFile::new("t.toml", pack)]).unwrap());
    let text = SAMPLES[0].text();
    let careful = Cleaner::builder(Arc::clone(&rules)).profile(Profile::Careful).build().clean(&page(&text));
    assert_eq!((careful.article.flags, careful.removals), (vec!["over-cut".to_owned()], vec![]));
    let removals = Cleaner::builder(rules).build().clean(&page(&text)).removals;
    assert!(!removals.is_empty(), "the model takes nothing of it");
    for removal in removals {
        assert_eq!(removal.action, LINE_MODEL, "{}", &text[removal.span.range()]);
    }
}

#[test]
fn every_line_that_the_model_judged_has_its_reasons() {
    let cleaner = Cleaner::builder(rules()).profile(Profile::Normal).build();
    for sample in SAMPLES {
        let judged = cleaner.judge(&page(&sample.text()));
        assert!(judged.decision.article_chance.is_some());
        assert_eq!(judged.reasons.len(), judged.lines.lines.len());
        for (verdict, reasons) in judged.decision.verdicts.iter().zip(&judged.reasons) {
            assert_eq!(verdict.chance.is_some(), reasons.iter().any(|(_, weight)| *weight != 0.0));
            assert!(reasons.is_sorted_by(|a, b| a.1.abs() >= b.1.abs()));
        }
    }
}

#[test]
fn eager_keeps_no_line_that_normal_drops() {
    let rules = rules();
    let of = |profile| Cleaner::builder(Arc::clone(&rules)).profile(profile).build();
    let (normal, eager) = (of(Profile::Normal), of(Profile::Eager));
    for seed in fs::read_dir("seeds").unwrap() {
        let page = page(&fs::read_to_string(seed.unwrap().path()).unwrap());
        let (normal, eager) = (normal.judge(&page), eager.judge(&page));
        for (normal, eager) in normal.decision.verdicts.iter().zip(&eager.decision.verdicts) {
            assert!(!normal.kind.takes_line() || eager.kind.takes_line());
        }
        assert!(!eager.cleaned.article.text.is_empty());
    }
}

#[test]
fn who_asks_for_a_sort_of_page_gets_its_weights() {
    let rules = rules();
    let forum = "Questions about bridges\n\nanna\n\nDoes anyone know how old the bridge is?\n\nLike\n\nReply\n\nbert\n\nI think it is \
                 from the thirties, my grandfather worked on it when he was young.\n\nLike\n\nReply\n\nanna\n\nThanks, that \
                 helps!\n\nLike\n\nReply";
    let words = |sort: PageSort| {
        let cleaner = Cleaner::builder(Arc::clone(&rules)).profile(Profile::Normal).page_sort(sort).build();
        let judged = cleaner.judge(&page(forum));
        (judged.decision.article_chance.unwrap().as_f64(), judged.cleaned.article.text)
    };
    assert_eq!((words(PageSort::Article).0, words(PageSort::Any).0), (1.0, 0.0));
    assert!(words(PageSort::Any).1.contains("my grandfather worked on it"));
}

#[test]
fn empty_and_tiny_pages_are_judged_without_complaint() {
    let cleaner = Cleaner::builder(rules()).profile(Profile::Normal).build();
    for text in ["", "\n\n", "x", "…", "1", "A single sentence that is all there is on this page."] {
        let cleaned = cleaner.clean(&page(text));
        assert_eq!(
            cleaned.article.lines_in as usize,
            text.lines().filter(|line| !line.trim().is_empty()).count()
        );
    }
}
