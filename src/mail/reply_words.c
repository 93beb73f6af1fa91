#include "mail/reply_words.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* clang-format off */
static const struct {
	struct str word;
	enum reply_label label;
} reply_labels[] = {
	{STR("From"), REPLY_LABEL_FROM}, {STR("Von"), REPLY_LABEL_FROM}, {STR("De"), REPLY_LABEL_FROM}, {STR("Da"), REPLY_LABEL_FROM},
	{STR("Van"), REPLY_LABEL_FROM}, {STR("Från"), REPLY_LABEL_FROM}, {STR("Fra"), REPLY_LABEL_FROM}, {STR("Od"), REPLY_LABEL_FROM},
	{STR("Lähettäjä"), REPLY_LABEL_FROM}, {STR("От"), REPLY_LABEL_FROM}, {STR("Від"), REPLY_LABEL_FROM}, {STR("Feladó"), REPLY_LABEL_FROM},
	{STR("Kimden"), REPLY_LABEL_FROM}, {STR("发件人"), REPLY_LABEL_FROM}, {STR("寄件者"), REPLY_LABEL_FROM}, {STR("差出人"), REPLY_LABEL_FROM},
	{STR("보낸 사람"), REPLY_LABEL_FROM}, {STR("Expéditeur"), REPLY_LABEL_FROM}, {STR("Absender"), REPLY_LABEL_FROM}, {STR("Mittente"), REPLY_LABEL_FROM},
	{STR("Remitente"), REPLY_LABEL_FROM}, {STR("Remetente"), REPLY_LABEL_FROM}, {STR("Afzender"), REPLY_LABEL_FROM}, {STR("Avsändare"), REPLY_LABEL_FROM},

	{STR("Sent"), REPLY_LABEL_DATE}, {STR("Date"), REPLY_LABEL_DATE}, {STR("Gesendet"), REPLY_LABEL_DATE}, {STR("Datum"), REPLY_LABEL_DATE},
	{STR("Envoyé"), REPLY_LABEL_DATE}, {STR("Envoyé le"), REPLY_LABEL_DATE}, {STR("Envoyée"), REPLY_LABEL_DATE}, {STR("Message du"), REPLY_LABEL_DATE},
	{STR("Enviado"), REPLY_LABEL_DATE}, {STR("Enviado el"), REPLY_LABEL_DATE}, {STR("Enviada em"), REPLY_LABEL_DATE}, {STR("Enviado em"), REPLY_LABEL_DATE},
	{STR("Enviada"), REPLY_LABEL_DATE}, {STR("Fecha"), REPLY_LABEL_DATE}, {STR("Data"), REPLY_LABEL_DATE}, {STR("Inviato"), REPLY_LABEL_DATE},
	{STR("Inviata"), REPLY_LABEL_DATE}, {STR("Verzonden"), REPLY_LABEL_DATE}, {STR("Skickat"), REPLY_LABEL_DATE}, {STR("Sendt"), REPLY_LABEL_DATE},
	{STR("Dato"), REPLY_LABEL_DATE}, {STR("Wysłano"), REPLY_LABEL_DATE}, {STR("Wysłane"), REPLY_LABEL_DATE}, {STR("Lähetetty"), REPLY_LABEL_DATE},
	{STR("Päivämäärä"), REPLY_LABEL_DATE}, {STR("Odesláno"), REPLY_LABEL_DATE}, {STR("Отправлено"), REPLY_LABEL_DATE}, {STR("Дата"), REPLY_LABEL_DATE},
	{STR("Gönderildi"), REPLY_LABEL_DATE}, {STR("Dátum"), REPLY_LABEL_DATE}, {STR("发送时间"), REPLY_LABEL_DATE}, {STR("日期"), REPLY_LABEL_DATE},
	{STR("送信日時"), REPLY_LABEL_DATE}, {STR("보낸 날짜"), REPLY_LABEL_DATE},

	{STR("To"), REPLY_LABEL_TO}, {STR("An"), REPLY_LABEL_TO}, {STR("À"), REPLY_LABEL_TO}, {STR("A"), REPLY_LABEL_TO}, {STR("Para"), REPLY_LABEL_TO},
	{STR("Aan"), REPLY_LABEL_TO}, {STR("Till"), REPLY_LABEL_TO}, {STR("Til"), REPLY_LABEL_TO}, {STR("Do"), REPLY_LABEL_TO},
	{STR("Vastaanottaja"), REPLY_LABEL_TO}, {STR("Кому"), REPLY_LABEL_TO}, {STR("Kime"), REPLY_LABEL_TO}, {STR("Komu"), REPLY_LABEL_TO},
	{STR("Címzett"), REPLY_LABEL_TO}, {STR("收件人"), REPLY_LABEL_TO}, {STR("宛先"), REPLY_LABEL_TO}, {STR("받는 사람"), REPLY_LABEL_TO},
	{STR("Empfänger"), REPLY_LABEL_TO}, {STR("Destinataire"), REPLY_LABEL_TO}, {STR("Destinatario"), REPLY_LABEL_TO},

	{STR("Cc"), REPLY_LABEL_CC}, {STR("Kopie"), REPLY_LABEL_CC}, {STR("Copie à"), REPLY_LABEL_CC}, {STR("Copie"), REPLY_LABEL_CC},
	{STR("Kopia"), REPLY_LABEL_CC}, {STR("Kopi"), REPLY_LABEL_CC}, {STR("DW"), REPLY_LABEL_CC}, {STR("Bcc"), REPLY_LABEL_CC},

	{STR("Subject"), REPLY_LABEL_SUBJECT}, {STR("Betreff"), REPLY_LABEL_SUBJECT}, {STR("Objet"), REPLY_LABEL_SUBJECT}, {STR("Sujet"), REPLY_LABEL_SUBJECT},
	{STR("Asunto"), REPLY_LABEL_SUBJECT}, {STR("Assunto"), REPLY_LABEL_SUBJECT}, {STR("Oggetto"), REPLY_LABEL_SUBJECT}, {STR("Onderwerp"), REPLY_LABEL_SUBJECT},
	{STR("Ämne"), REPLY_LABEL_SUBJECT}, {STR("Emne"), REPLY_LABEL_SUBJECT}, {STR("Temat"), REPLY_LABEL_SUBJECT}, {STR("Aihe"), REPLY_LABEL_SUBJECT},
	{STR("Předmět"), REPLY_LABEL_SUBJECT}, {STR("Тема"), REPLY_LABEL_SUBJECT}, {STR("Konu"), REPLY_LABEL_SUBJECT}, {STR("Tárgy"), REPLY_LABEL_SUBJECT},
	{STR("主题"), REPLY_LABEL_SUBJECT}, {STR("主旨"), REPLY_LABEL_SUBJECT}, {STR("件名"), REPLY_LABEL_SUBJECT}, {STR("제목"), REPLY_LABEL_SUBJECT},

	{STR("Reply-To"), REPLY_LABEL_OTHER}, {STR("Antwort an"), REPLY_LABEL_OTHER}, {STR("Risposta"), REPLY_LABEL_OTHER}, {STR("Répondre à"), REPLY_LABEL_OTHER},
	{STR("Responder a"), REPLY_LABEL_OTHER}, {STR("Importance"), REPLY_LABEL_OTHER}, {STR("Wichtigkeit"), REPLY_LABEL_OTHER}, {STR("Priorität"), REPLY_LABEL_OTHER},
	{STR("Attachments"), REPLY_LABEL_OTHER}, {STR("Anlagen"), REPLY_LABEL_OTHER}, {STR("Organization"), REPLY_LABEL_OTHER},
};

/* Without the dashes and stars around them. */
static const struct str reply_originals[] = {
	STR("Original Message"), STR("Original message"), STR("Original Appointment"), STR("Reply message"), STR("Reply Message"),
	STR("Ursprüngliche Nachricht"), STR("Originalnachricht"), STR("Original-Nachricht"), STR("Originale Nachricht"), STR("Originalmeddelande"),
	STR("Message d'origine"), STR("Message d’origine"), STR("Message original"), STR("Courriel original"), STR("Mail original"),
	STR("Mensaje original"), STR("Mensaje Original"), STR("Mensagem original"), STR("Mensagem Original"), STR("Messaggio originale"),
	STR("Messaggio Originale"), STR("Oorspronkelijk bericht"), STR("Origineel bericht"), STR("Oprindelig meddelelse"), STR("Oprindelig besked"), STR("Original meddelelse"),
	STR("Ursprungligt meddelande"), STR("Opprinnelig melding"), STR("Wiadomość oryginalna"), STR("Oryginalna wiadomość"),
	STR("Alkuperäinen viesti"), STR("Původní zpráva"), STR("Исходное сообщение"), STR("Оригинальное сообщение"), STR("Eredeti üzenet"),
	STR("原始邮件"), STR("原始郵件"), STR("元のメッセージ"), STR("원본 메시지"), STR("Vorige Nachricht"),
};

static const struct str reply_forwards[] = {
	STR("Forwarded message"), STR("Forwarded Message"), STR("Begin forwarded message"), STR("Weitergeleitete Nachricht"),
	STR("Anfang der weitergeleiteten Nachricht"), STR("Anfang der weitergeleiteten E-Mail"), STR("Message transféré"), STR("Message transmis"),
	STR("Début du message réexpédié"), STR("Début du message transféré"), STR("Mensaje reenviado"), STR("Inicio del mensaje reenviado"),
	STR("Mensagem encaminhada"), STR("Mensagem reencaminhada"), STR("Início da mensagem reencaminhada"), STR("Messaggio inoltrato"),
	STR("Inizio messaggio inoltrato"), STR("Doorgestuurd bericht"), STR("Begin doorgestuurd bericht"), STR("Vidarebefordrat meddelande"),
	STR("Vidarebefordrat brev"), STR("Videresendt meddelelse"), STR("Videresendt besked"), STR("Videresendt melding"),
	STR("Przekazana wiadomość"), STR("Wiadomość przekazana"), STR("Początek przekazywanej wiadomości"), STR("Välitetty viesti"),
	STR("Пересылаемое сообщение"), STR("Пересланное сообщение"), STR("Přeposlaná zpráva"), STR("转发邮件"), STR("転送メッセージ"),
};

static const struct str reply_wrote[] = {
	STR("wrote"), STR("writes"), STR("schrieb"), STR("geschrieben"), STR("a écrit"), STR("écrit"), STR("escribió"), STR("escribio"),
	STR("escreveu"), STR("ha scritto"), STR("scritto"), STR("schreef"), STR("geschreven"), STR("skrev"), STR("skrev"), STR("napisał"),
	STR("napisała"), STR("napisał(a)"), STR("napsal"), STR("napsal(a)"), STR("kirjoitti"), STR("написал"), STR("написала"), STR("написал(а)"),
	STR("пише"), STR("пишет"), STR("írta"), STR("yazdı"), STR("a scris"), STR("写道"), STR("寫道"), STR("のメール"), STR("작성"),
	STR("ha escrit"), STR("έγραψε"), STR("σας έγραψε"),
};

static const struct str reply_openings[] = {
	STR("On "), STR("At "), STR("Am "), STR("Le "), STR("El "), STR("Em "), STR("A "), STR("Il "), STR("In data "), STR("Op "), STR("Den "),
	STR("På "), STR("Dnia "), STR("W dniu "), STR("Dne "), STR("Pe "), STR("Vào "), STR("In "), STR("Mon"), STR("Tue"), STR("Wed"), STR("Thu"),
	STR("Fri"), STR("Sat"), STR("Sun"), STR("pon"), STR("wt."), STR("śr"), STR("czw"), STR("pt."), STR("sob"), STR("niedz"), STR("man"),
	STR("tir"), STR("ons"), STR("tor"), STR("fre"), STR("lør"), STR("søn"), STR("ma "), STR("ti "), STR("ke "), STR("pe "),
	STR("la "), STR("su "), STR("пн"), STR("вт"), STR("ср"), STR("чт"), STR("пт"), STR("сб"), STR("вс"), STR("понедельник"), STR("вторник"),
	STR("среда"), STR("четверг"), STR("пятница"), STR("суббота"), STR("воскресенье"), STR("在"), STR("於"), STR("lun"), STR("mar."), STR("mer"),
	STR("gio"), STR("ven"), STR("sab"), STR("dom"), STR("Mo"), STR("Di"), STR("Mi"), STR("Do"), STR("Fr"), STR("Sa"), STR("So"),
};

/*
 * How a line that a device or app added begins; `rest_max` bytes may follow:
 * a product name, not a sentence.
 */
static const struct {
	struct str prefix;
	size_t rest_max;
} reply_mobiles[] = {
	{STR("Sent from my "), 45}, {STR("Sent from mail"), 60}, {STR("Sent from [mail]"), 80}, {STR("Sent from Outlook"), 90}, {STR("Sent from Yahoo"), 60},
	{STR("Sent from Mailbox"), 60}, {STR("Sent from Windows"), 60}, {STR("Sent from AOL"), 50}, {STR("Sent from Gmail"), 40},
	{STR("Sent from Samsung"), 50}, {STR("Sent from Proton"), 60}, {STR("Sent from BlueMail"), 60}, {STR("Sent from Nine"), 40},
	{STR("Sent from an "), 40}, {STR("Sent from a "), 40}, {STR("Sent from iPhone"), 30}, {STR("Sent from iPad"), 30}, {STR("Sent from mobile"), 30},
	{STR("Sent via "), 50}, {STR("Sent with "), 50}, {STR("Sent by "), 40}, {STR("<<sent by"), 40}, {STR("(sent from "), 40}, {STR("Sent on the go"), 20},
	{STR("From My Iphone"), 20}, {STR("From my "), 20}, {STR("Someone from mobile"), 5}, {STR("Get Outlook for "), 60}, {STR("Sent using "), 50},
	{STR("Enviado desde mi "), 45}, {STR("Enviado desde "), 45}, {STR("Enviado do meu "), 45}, {STR("Enviado de "), 45}, {STR("Enviado a partir d"), 45},
	{STR("Envoyé de mon "), 45}, {STR("Envoyé depuis "), 45}, {STR("Envoyé à partir d"), 45}, {STR("Télécharger Outlook"), 60},
	{STR("Von meinem "), 45}, {STR("Gesendet von "), 60}, {STR("Gesendet mit "), 60}, {STR("Gesendet über "), 60}, {STR("Von unterwegs"), 30},
	{STR("Diese Nachricht wurde von "), 70}, {STR("Holen Sie sich Outlook"), 60}, {STR("Outlook für "), 60}, {STR("Inviato da"), 45},
	{STR("Ottieni Outlook"), 60}, {STR("Verzonden vanaf "), 45}, {STR("Verstuurd vanaf "), 45}, {STR("Verstuurd met "), 45}, {STR("Verzonden met "), 45},
	{STR("Verstuurd via "), 45}, {STR("Skickat från "), 45}, {STR("Sendt fra "), 45}, {STR("Sendt med "), 45}, {STR("Wysłane z "), 45}, {STR("Wysłano z "), 45},
	{STR("Lähetetty "), 45}, {STR("Отправлено с "), 45}, {STR("Отправлено из "), 45}, {STR("Odesláno z "), 45}, {STR("從我的 "), 40}, {STR("发自我的"), 40},
	{STR("iPhoneから送信"), 20}, {STR("나의 iPhone"), 30}, {STR("Hämta Outlook"), 60}, {STR("Hent Outlook"), 60}, {STR("Obter o Outlook"), 60},
	{STR("Obtener Outlook"), 60}, {STR("Pobierz program Outlook"), 60},
};
/* clang-format on */

static bool reply_is_mark(char c)
{
	return c == ' ' || c == '\t' || c == '*' || c == '-' || c == '_' ||
	       c == '>' || c == '=' || c == '#' || c == '|';
}

/* Without stars, dashes and quote marks at both ends. */
static struct str reply_core(struct str line)
{
	while (line.length > 0 && reply_is_mark(line.text[0]))
		line = str_sub(line, 1, line.length);
	while (line.length > 0 && (reply_is_mark(line.text[line.length - 1]) ||
	                           line.text[line.length - 1] == ':'))
		line.length--;
	return line;
}

enum reply_label reply_label(struct str line, struct str *value_out)
{
	enum reply_label label = REPLY_LABEL_NONE;
	size_t longest = 0;

	while (line.length > 0 && (line.text[0] == ' ' || line.text[0] == '*' ||
	                           line.text[0] == '\t' || line.text[0] == '>'))
		line = str_sub(line, 1, line.length);
	if (str_find_char(line, ':', 0) > 48 &&
	    str_find(line, STR("："), 0) > 48)
		return REPLY_LABEL_NONE;
	for (size_t i = 0; i < COUNT(reply_labels); i++) {
		struct str word = reply_labels[i].word;
		size_t at = word.length;

		if (word.length <= longest || !str_starts_nocase(line, word))
			continue;
		/* "*From:*", "De :", a wide or a no-break space. */
		while (at < line.length &&
		       (line.text[at] == ' ' || line.text[at] == '*'))
			at++;
		if (str_starts(str_sub(line, at, line.length), STR("\xc2\xa0")))
			at += 2;
		if (at < line.length && line.text[at] == ':')
			at += 1;
		else if (str_starts(str_sub(line, at, line.length), STR("：")))
			at += 3;
		else
			continue;
		longest = word.length;
		label = reply_labels[i].label;
		while (at < line.length && line.text[at] == '*')
			at++;
		*value_out = str_trim(str_sub(line, at, line.length));
	}
	return label;
}

static bool reply_in(struct str core, const struct str *table, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (str_equal_nocase(core, table[i]))
			return true;
	}
	return false;
}

bool reply_is_original(struct str line)
{
	return line.length < 120 &&
	       (str_find(line, STR("--"), 0) < line.length ||
	        str_find_char(line, '*', 0) < line.length ||
	        str_find(line, STR("__"), 0) < line.length) &&
	       reply_in(reply_core(line), reply_originals,
	                COUNT(reply_originals));
}

bool reply_is_forward(struct str line)
{
	struct str trimmed = str_trim(line);

	return line.length < 120 && trimmed.length > 0 &&
	       (str_find(line, STR("--"), 0) < line.length ||
	        str_ends(trimmed, STR(":"))) &&
	       reply_in(reply_core(line), reply_forwards,
	                COUNT(reply_forwards));
}

bool reply_is_mobile(struct str line)
{
	line = str_trim(line);
	while (line.length > 0 && (line.text[0] == '*' || line.text[0] == '_' ||
	                           line.text[0] == '['))
		line = str_sub(line, 1, line.length);
	if (line.length > 200)
		return false;
	for (size_t i = 0; i < COUNT(reply_mobiles); i++) {
		struct str prefix = reply_mobiles[i].prefix;
		struct str rest;
		size_t link;

		if (!str_starts_nocase(line, prefix))
			continue;
		rest = str_sub(line, prefix.length, line.length);
		link = str_find_char(rest, '<', 0);
		if (str_find(rest, STR("http"), 0) < link)
			link = str_find(rest, STR("http"), 0);
		if (link > reply_mobiles[i].rest_max)
			continue;
		/* A sentence goes on: "Sent from my desk, is much easier". */
		size_t comma = str_find(rest, STR(", is "), 0);

		if (comma == rest.length)
			return true;
	}
	return false;
}

bool reply_is_rule(struct str line)
{
	size_t marks = 0;

	line = str_trim(line);
	for (size_t i = 0; i < line.length; i++) {
		char c = line.text[i];

		if (c != '-' && c != '_' && c != '*' && c != '=' && c != '~' &&
		    c != '#' && c != '+' && c != ' ')
			return false;
		marks += c != ' ';
	}
	return marks >= 2;
}

static bool reply_is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

bool reply_says_wrote(struct str text)
{
	for (size_t i = 0; i < COUNT(reply_wrote); i++) {
		struct str word = reply_wrote[i];
		size_t at = 0;

		for (; (at = str_find(text, word, at)) < text.length; at++) {
			size_t end = at + word.length;

			if ((at == 0 || !reply_is_letter(text.text[at - 1])) &&
			    (end == text.length ||
			     !reply_is_letter(text.text[end])))
				return true;
		}
	}
	return false;
}

bool reply_opens(struct str line)
{
	if (line.length > 0 && line.text[0] >= '0' && line.text[0] <= '9')
		return true;
	for (size_t i = 0; i < COUNT(reply_openings); i++) {
		if (str_starts(line, reply_openings[i]))
			return true;
	}
	return false;
}
