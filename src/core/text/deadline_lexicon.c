/*
 * The words that name times, in the languages that the desk reads, folded as
 * core/text/words.h folds them. Sorted by word; a word may stand for several
 * things.
 */
#include "core/text/deadline_lexicon.h"

#include "base/str.h"

/* clang-format off */
static const struct lexeme lexicon[] = {
	{"a", LEX_COUNT, 1}, {"a", LEX_ON, 0}, {"ab", LEX_PAST, 0}, {"abend", LEX_PART, 22}, {"abril", LEX_MONTH, 4},
	{"absent", LEX_PAST, 1}, {"absente", LEX_PAST, 1}, {"abwesend", LEX_PAST, 1}, {"acht", LEX_COUNT, 8},
	{"afternoon", LEX_PART, 17}, {"again", LEX_PAST, 0}, {"ago", LEX_PAST, 0}, {"agosto", LEX_MONTH, 8},
	{"al", LEX_ON, 0}, {"alle", LEX_ON, 0}, {"am", LEX_OCLOCK, 1}, {"am", LEX_ON, 0}, {"amanha", LEX_DAY, 1},
	{"an", LEX_COUNT, 1}, {"anfang", LEX_END, 0}, {"annee", LEX_PERIOD, 4}, {"anno", LEX_PERIOD, 4},
	{"ano", LEX_PERIOD, 4}, {"antes", LEX_BEFORE, 0}, {"aout", LEX_MONTH, 8}, {"apr", LEX_MONTH, 4},
	{"april", LEX_MONTH, 4}, {"aprile", LEX_MONTH, 4}, {"around", LEX_ON, 0}, {"arrived", LEX_PAST, 0},
	{"arvo", LEX_PART, 17}, {"as", LEX_ON, 0}, {"asked", LEX_PAST, 0}, {"at", LEX_ON, 0}, {"ate", LEX_BY, 1},
	{"au", LEX_ON, 0}, {"aug", LEX_MONTH, 8}, {"august", LEX_MONTH, 8}, {"augustus", LEX_MONTH, 8},
	{"ausente", LEX_PAST, 1}, {"autumn", LEX_PERIOD, 3}, {"aux", LEX_ON, 0}, {"avant", LEX_BEFORE, 0},
	{"avond", LEX_PART, 22}, {"avril", LEX_MONTH, 4}, {"away", LEX_PAST, 1}, {"ayer", LEX_PAST, 0},
	{"been", LEX_PAST, 0}, {"before", LEX_BEFORE, 0}, {"beginning", LEX_END, 0}, {"bevor", LEX_BEFORE, 0},
	{"billed", LEX_PAST, 0}, {"binnen", LEX_IN, 0}, {"bis", LEX_BY, 1}, {"born", LEX_PAST, 0},
	{"business", LEX_BUSINESS, 0}, {"by", LEX_BY, 0}, {"came", LEX_PAST, 0}, {"ce", LEX_THIS, 0},
	{"cet", LEX_THIS, 0}, {"cette", LEX_THIS, 0}, {"christmas", LEX_EVENT, 1225}, {"circa", LEX_ON, 0},
	{"close", LEX_END, 0}, {"closed", LEX_PAST, 1}, {"cob", LEX_EOD, 0}, {"coming", LEX_THIS, 0},
	{"conges", LEX_PAST, 1}, {"couple", LEX_COUNT, 2}, {"cuarenta", LEX_COUNT, 40}, {"dagen", LEX_UNIT, 1440},
	{"dans", LEX_IN, 0}, {"das", LEX_ON, 0}, {"dated", LEX_PAST, 0}, {"day", LEX_UNIT, 1440},
	{"days", LEX_UNIT, 1440}, {"de", LEX_ON, 0}, {"deadline", LEX_BY, 0}, {"deadlines", LEX_BY, 0},
	{"debut", LEX_END, 0}, {"dec", LEX_MONTH, 12}, {"december", LEX_MONTH, 12}, {"decembre", LEX_MONTH, 12},
	{"del", LEX_ON, 0}, {"delivered", LEX_PAST, 0}, {"dem", LEX_ON, 0}, {"demain", LEX_DAY, 1}, {"den", LEX_ON, 0},
	{"depuis", LEX_PAST, 0}, {"der", LEX_ON, 0}, {"dernier", LEX_PAST, 0}, {"derniere", LEX_PAST, 0},
	{"des", LEX_ON, 0}, {"desde", LEX_PAST, 0}, {"deux", LEX_COUNT, 2}, {"dez", LEX_MONTH, 12},
	{"deze", LEX_THIS, 0}, {"dezember", LEX_MONTH, 12}, {"dezembro", LEX_MONTH, 12}, {"dia", LEX_UNIT, 1440},
	{"dias", LEX_UNIT, 1440}, {"dicembre", LEX_MONTH, 12}, {"diciembre", LEX_MONTH, 12}, {"did", LEX_PAST, 0},
	{"dienstag", LEX_WEEKDAY, 1}, {"dienstags", LEX_WEEKDAY, 1}, {"diese", LEX_THIS, 0}, {"diesem", LEX_THIS, 0},
	{"diesen", LEX_THIS, 0}, {"dieser", LEX_THIS, 0}, {"dieses", LEX_THIS, 0}, {"dimanche", LEX_WEEKDAY, 6},
	{"dinsdag", LEX_WEEKDAY, 1}, {"dit", LEX_THIS, 0}, {"dois", LEX_COUNT, 2}, {"domani", LEX_DAY, 1},
	{"domenica", LEX_WEEKDAY, 6}, {"domingo", LEX_WEEKDAY, 6}, {"donderdag", LEX_WEEKDAY, 3},
	{"donnerstag", LEX_WEEKDAY, 3}, {"donnerstags", LEX_WEEKDAY, 3}, {"dos", LEX_COUNT, 2}, {"drei", LEX_COUNT, 3},
	{"du", LEX_ON, 0}, {"duas", LEX_COUNT, 2}, {"due", LEX_BY, 0}, {"due", LEX_COUNT, 2}, {"early", LEX_END, 0},
	{"easter", LEX_EVENT, 0}, {"effective", LEX_PAST, 0}, {"eight", LEX_COUNT, 8}, {"eind", LEX_END, 0},
	{"eine", LEX_COUNT, 1}, {"einem", LEX_COUNT, 1}, {"einer", LEX_COUNT, 1}, {"eins", LEX_COUNT, 1},
	{"el", LEX_ON, 0}, {"eleven", LEX_COUNT, 11}, {"elf", LEX_COUNT, 11}, {"em", LEX_IN, 0}, {"em", LEX_ON, 0},
	{"en", LEX_IN, 0}, {"end", LEX_END, 0}, {"ende", LEX_END, 0}, {"enero", LEX_MONTH, 1}, {"entro", LEX_BY, 0},
	{"entro", LEX_IN, 0}, {"eob", LEX_EOD, 0}, {"eod", LEX_EOD, 0}, {"eom", LEX_EOD, 30}, {"eow", LEX_EOD, 4},
	{"esta", LEX_THIS, 0}, {"este", LEX_THIS, 0}, {"evening", LEX_PART, 22}, {"feb", LEX_MONTH, 2},
	{"febbraio", LEX_MONTH, 2}, {"febrero", LEX_MONTH, 2}, {"februar", LEX_MONTH, 2}, {"februari", LEX_MONTH, 2},
	{"february", LEX_MONTH, 2}, {"feierabend", LEX_BUSINESS, 0}, {"ferias", LEX_PAST, 1},
	{"fevereiro", LEX_MONTH, 2}, {"fevrier", LEX_MONTH, 2}, {"few", LEX_COUNT, 3}, {"fifteen", LEX_COUNT, 15},
	{"fifty", LEX_COUNT, 50}, {"fin", LEX_END, 0}, {"final", LEX_END, 0}, {"fine", LEX_END, 0},
	{"five", LEX_COUNT, 5}, {"following", LEX_NEXT, 0}, {"for", LEX_FOR, 0}, {"fortnight", LEX_UNIT, 10080},
	{"forty", LEX_COUNT, 40}, {"fortyfive", LEX_COUNT, 45}, {"four", LEX_COUNT, 4}, {"fourteen", LEX_COUNT, 14},
	{"fourty", LEX_COUNT, 40}, {"fra", LEX_IN, 0}, {"freitag", LEX_WEEKDAY, 4}, {"freitags", LEX_WEEKDAY, 4},
	{"fri", LEX_WEEKDAY, 4}, {"friday", LEX_WEEKDAY, 4}, {"fridays", LEX_WEEKDAY, 4}, {"from", LEX_PAST, 0},
	{"fruh", LEX_PART, 9}, {"funf", LEX_COUNT, 5}, {"fur", LEX_FOR, 0}, {"gennaio", LEX_MONTH, 1},
	{"gestern", LEX_PAST, 0}, {"giorni", LEX_UNIT, 1440}, {"giorno", LEX_UNIT, 1440}, {"giovedi", LEX_WEEKDAY, 3},
	{"giugno", LEX_MONTH, 6}, {"gone", LEX_PAST, 1}, {"got", LEX_PAST, 0}, {"h", LEX_OCLOCK, 0},
	{"had", LEX_PAST, 0}, {"halloween", LEX_EVENT, 1031}, {"happened", LEX_PAST, 0}, {"hasta", LEX_BY, 1},
	{"hatte", LEX_PAST, 0}, {"herbst", LEX_PERIOD, 3}, {"heure", LEX_UNIT, 60}, {"heures", LEX_OCLOCK, 0},
	{"heures", LEX_UNIT, 60}, {"heute", LEX_DAY, 0}, {"hier", LEX_PAST, 0}, {"hoje", LEX_DAY, 0},
	{"holiday", LEX_PAST, 1}, {"hora", LEX_UNIT, 60}, {"horas", LEX_OCLOCK, 0}, {"horas", LEX_UNIT, 60},
	{"hour", LEX_UNIT, 60}, {"hours", LEX_UNIT, 60}, {"hoy", LEX_DAY, 0}, {"hr", LEX_UNIT, 60},
	{"hrs", LEX_UNIT, 60}, {"hui", LEX_DAY, 0}, {"ici", LEX_BY, 0}, {"il", LEX_ON, 0}, {"im", LEX_ON, 0},
	{"in", LEX_IN, 0}, {"in", LEX_ON, 0}, {"innerhalb", LEX_IN, 0}, {"inside", LEX_IN, 0},
	{"invoiced", LEX_PAST, 0}, {"jaar", LEX_PERIOD, 4}, {"jahr", LEX_PERIOD, 4}, {"jahres", LEX_PERIOD, 4},
	{"jan", LEX_MONTH, 1}, {"janeiro", LEX_MONTH, 1}, {"januar", LEX_MONTH, 1}, {"januari", LEX_MONTH, 1},
	{"january", LEX_MONTH, 1}, {"janvier", LEX_MONTH, 1}, {"jeudi", LEX_WEEKDAY, 3}, {"jour", LEX_UNIT, 1440},
	{"jours", LEX_UNIT, 1440}, {"jueves", LEX_WEEKDAY, 3}, {"juillet", LEX_MONTH, 7}, {"juin", LEX_MONTH, 6},
	{"jul", LEX_MONTH, 7}, {"julho", LEX_MONTH, 7}, {"juli", LEX_MONTH, 7}, {"julio", LEX_MONTH, 7},
	{"july", LEX_MONTH, 7}, {"jun", LEX_MONTH, 6}, {"june", LEX_MONTH, 6}, {"junho", LEX_MONTH, 6},
	{"juni", LEX_MONTH, 6}, {"junio", LEX_MONTH, 6}, {"jusqu", LEX_BY, 1}, {"kerst", LEX_EVENT, 1225},
	{"kommende", LEX_NEXT, 0}, {"kommenden", LEX_NEXT, 0}, {"la", LEX_ON, 0}, {"las", LEX_ON, 0},
	{"last", LEX_PAST, 0}, {"late", LEX_END, 0}, {"latest", LEX_BY, 0}, {"le", LEX_ON, 0}, {"leave", LEX_PAST, 1},
	{"leaving", LEX_PAST, 1}, {"left", LEX_PAST, 1}, {"letzte", LEX_PAST, 0}, {"letzten", LEX_PAST, 0},
	{"letzter", LEX_PAST, 0}, {"luglio", LEX_MONTH, 7}, {"lunch", LEX_PART, 12}, {"lunchtime", LEX_PART, 12},
	{"lundi", LEX_WEEKDAY, 0}, {"lunedi", LEX_WEEKDAY, 0}, {"lunes", LEX_WEEKDAY, 0}, {"maand", LEX_UNIT, 43200},
	{"maandag", LEX_WEEKDAY, 0}, {"maart", LEX_MONTH, 3}, {"maerz", LEX_MONTH, 3}, {"maggio", LEX_MONTH, 5},
	{"mai", LEX_MONTH_SHORT, 5}, {"maio", LEX_MONTH, 5}, {"manana", LEX_DAY, 1}, {"manha", LEX_PART, 9},
	{"mar", LEX_MONTH_SHORT, 3}, {"march", LEX_MONTH_SHORT, 3}, {"marco", LEX_MONTH, 3}, {"mardi", LEX_WEEKDAY, 1},
	{"mars", LEX_MONTH_SHORT, 3}, {"martedi", LEX_WEEKDAY, 1}, {"martes", LEX_WEEKDAY, 1}, {"marz", LEX_MONTH, 3},
	{"marzo", LEX_MONTH, 3}, {"matin", LEX_PART, 9}, {"mattina", LEX_PART, 9}, {"may", LEX_MONTH_SHORT, 5},
	{"mayo", LEX_MONTH, 5}, {"medianoche", LEX_PART, 24}, {"mediodia", LEX_PART, 12}, {"mei", LEX_MONTH, 5},
	{"mercoledi", LEX_WEEKDAY, 2}, {"mercredi", LEX_WEEKDAY, 2}, {"mes", LEX_UNIT, 43200},
	{"mese", LEX_UNIT, 43200}, {"meses", LEX_UNIT, 43200}, {"mesi", LEX_UNIT, 43200},
	{"mezzogiorno", LEX_PART, 12}, {"mid", LEX_END, 0}, {"middag", LEX_PART, 17}, {"midday", LEX_PART, 12},
	{"middle", LEX_END, 0}, {"midi", LEX_PART, 12}, {"midnight", LEX_PART, 24}, {"miercoles", LEX_WEEKDAY, 2},
	{"min", LEX_UNIT, 1}, {"mins", LEX_UNIT, 1}, {"minuit", LEX_PART, 24}, {"minute", LEX_UNIT, 1},
	{"minuten", LEX_UNIT, 1}, {"minutes", LEX_UNIT, 1}, {"minuti", LEX_UNIT, 1}, {"minuto", LEX_UNIT, 1},
	{"minutos", LEX_UNIT, 1}, {"mittag", LEX_PART, 12}, {"mitte", LEX_END, 0}, {"mitternacht", LEX_PART, 24},
	{"mittwoch", LEX_WEEKDAY, 2}, {"mois", LEX_UNIT, 43200}, {"mon", LEX_WEEKDAY_SHORT, 0},
	{"monat", LEX_UNIT, 43200}, {"monate", LEX_UNIT, 43200}, {"monats", LEX_UNIT, 43200},
	{"monday", LEX_WEEKDAY, 0}, {"mondays", LEX_WEEKDAY, 0}, {"montag", LEX_WEEKDAY, 0},
	{"montags", LEX_WEEKDAY, 0}, {"month", LEX_UNIT, 43200}, {"months", LEX_UNIT, 43200},
	{"morgen", LEX_MORGEN, 1}, {"morning", LEX_PART, 9}, {"mrz", LEX_MONTH, 3}, {"na", LEX_ON, 0},
	{"nachmittag", LEX_PART, 17}, {"nachste", LEX_NEXT, 0}, {"nachstem", LEX_NEXT, 0}, {"nachsten", LEX_NEXT, 0},
	{"nachster", LEX_NEXT, 0}, {"nachstes", LEX_NEXT, 0}, {"nas", LEX_ON, 0}, {"natal", LEX_EVENT, 1225},
	{"natale", LEX_EVENT, 1225}, {"navidad", LEX_EVENT, 1225}, {"neun", LEX_COUNT, 9}, {"next", LEX_NEXT, 0},
	{"night", LEX_PART, 22}, {"nine", LEX_COUNT, 9}, {"ninety", LEX_COUNT, 90}, {"no", LEX_ON, 0},
	{"noche", LEX_PART, 22}, {"noel", LEX_EVENT, 1225}, {"noite", LEX_PART, 22}, {"noon", LEX_PART, 12},
	{"nos", LEX_ON, 0}, {"nov", LEX_MONTH, 11}, {"november", LEX_MONTH, 11}, {"novembre", LEX_MONTH, 11},
	{"novembro", LEX_MONTH, 11}, {"noviembre", LEX_MONTH, 11}, {"ochtend", LEX_PART, 9}, {"oclock", LEX_OCLOCK, 0},
	{"oct", LEX_MONTH, 10}, {"october", LEX_MONTH, 10}, {"octobre", LEX_MONTH, 10}, {"octubre", LEX_MONTH, 10},
	{"of", LEX_ON, 0}, {"off", LEX_PAST, 1}, {"oggi", LEX_DAY, 0}, {"okt", LEX_MONTH, 10},
	{"oktober", LEX_MONTH, 10}, {"om", LEX_ON, 0}, {"on", LEX_ON, 0}, {"one", LEX_COUNT, 1},
	{"ontem", LEX_PAST, 0}, {"op", LEX_ON, 0}, {"opened", LEX_PAST, 0}, {"ora", LEX_UNIT, 60},
	{"ore", LEX_UNIT, 60}, {"ostern", LEX_EVENT, 0}, {"ottobre", LEX_MONTH, 10}, {"outubro", LEX_MONTH, 10},
	{"overmorgen", LEX_DAY, 2}, {"paid", LEX_PAST, 0}, {"paques", LEX_EVENT, 0}, {"para", LEX_FOR, 0},
	{"pasado", LEX_PAST, 0}, {"pascoa", LEX_EVENT, 0}, {"pascua", LEX_EVENT, 0}, {"pasqua", LEX_EVENT, 0},
	{"passado", LEX_PAST, 0}, {"passed", LEX_PAST, 0}, {"per", LEX_FOR, 0}, {"play", LEX_BUSINESS, 0},
	{"pm", LEX_OCLOCK, 2}, {"pomeriggio", LEX_PART, 17}, {"pour", LEX_FOR, 0}, {"prima", LEX_BEFORE, 0},
	{"prior", LEX_BY, 0}, {"prochain", LEX_NEXT, 0}, {"prochaine", LEX_NEXT, 0}, {"promised", LEX_PAST, 0},
	{"prossima", LEX_NEXT, 0}, {"prossimo", LEX_NEXT, 0}, {"proxima", LEX_NEXT, 0}, {"proximo", LEX_NEXT, 0},
	{"quarante", LEX_COUNT, 40}, {"quarenta", LEX_COUNT, 40}, {"quarta", LEX_WEEKDAY_SHORT, 2},
	{"quartal", LEX_PERIOD, 3}, {"quarter", LEX_PERIOD, 3}, {"questa", LEX_THIS, 0}, {"questo", LEX_THIS, 0},
	{"quinta", LEX_WEEKDAY_SHORT, 3}, {"received", LEX_PAST, 0}, {"sabado", LEX_WEEKDAY, 5},
	{"sabato", LEX_WEEKDAY, 5}, {"said", LEX_PAST, 0}, {"samedi", LEX_WEEKDAY, 5}, {"samstag", LEX_WEEKDAY, 5},
	{"samstags", LEX_WEEKDAY, 5}, {"sat", LEX_WEEKDAY_SHORT, 5}, {"saturday", LEX_WEEKDAY, 5},
	{"saturdays", LEX_WEEKDAY, 5}, {"season", LEX_PERIOD, 3}, {"sechs", LEX_COUNT, 6},
	{"segunda", LEX_WEEKDAY_SHORT, 0}, {"seit", LEX_PAST, 0}, {"semaine", LEX_UNIT, 10080},
	{"semaines", LEX_UNIT, 10080}, {"semana", LEX_UNIT, 10080}, {"semanas", LEX_UNIT, 10080},
	{"sent", LEX_PAST, 0}, {"sep", LEX_MONTH, 9}, {"sept", LEX_MONTH, 9}, {"september", LEX_MONTH, 9},
	{"septembre", LEX_MONTH, 9}, {"septiembre", LEX_MONTH, 9}, {"sera", LEX_PART, 22}, {"setembro", LEX_MONTH, 9},
	{"settembre", LEX_MONTH, 9}, {"settimana", LEX_UNIT, 10080}, {"settimane", LEX_UNIT, 10080},
	{"seven", LEX_COUNT, 7}, {"sexta", LEX_WEEKDAY_SHORT, 4}, {"shot", LEX_PAST, 0}, {"sieben", LEX_COUNT, 7},
	{"signed", LEX_PAST, 0}, {"silvester", LEX_EVENT, 1231}, {"since", LEX_PAST, 0}, {"six", LEX_COUNT, 6},
	{"sixty", LEX_COUNT, 60}, {"soir", LEX_PART, 22}, {"sold", LEX_PAST, 0}, {"sommer", LEX_PERIOD, 3},
	{"sonnabend", LEX_WEEKDAY, 5}, {"sonntag", LEX_WEEKDAY, 6}, {"sonntags", LEX_WEEKDAY, 6},
	{"spatestens", LEX_BY, 0}, {"spring", LEX_PERIOD, 3}, {"start", LEX_END, 0}, {"started", LEX_PAST, 0},
	{"stasera", LEX_DAY, 0}, {"stunde", LEX_UNIT, 60}, {"stunden", LEX_UNIT, 60}, {"summer", LEX_PERIOD, 3},
	{"sun", LEX_WEEKDAY_SHORT, 6}, {"sunday", LEX_WEEKDAY, 6}, {"sundays", LEX_WEEKDAY, 6},
	{"tag", LEX_UNIT, 1440}, {"tage", LEX_UNIT, 1440}, {"tagen", LEX_UNIT, 1440}, {"tarde", LEX_PART, 17},
	{"ten", LEX_COUNT, 10}, {"terca", LEX_WEEKDAY_SHORT, 1}, {"thanksgiving", LEX_EVENT, 0}, {"the", LEX_ON, 0},
	{"thirty", LEX_COUNT, 30}, {"this", LEX_THIS, 0}, {"three", LEX_COUNT, 3}, {"thu", LEX_WEEKDAY, 3},
	{"thur", LEX_WEEKDAY, 3}, {"thurs", LEX_WEEKDAY, 3}, {"thursday", LEX_WEEKDAY, 3},
	{"thursdays", LEX_WEEKDAY, 3}, {"til", LEX_BY, 1}, {"till", LEX_BY, 1}, {"tmr", LEX_DAY, 1},
	{"tmrw", LEX_DAY, 1}, {"today", LEX_DAY, 0}, {"told", LEX_PAST, 0}, {"tomorrow", LEX_DAY, 1},
	{"tomoz", LEX_DAY, 1}, {"tonight", LEX_DAY, 0}, {"tot", LEX_BY, 1}, {"tra", LEX_IN, 0}, {"tre", LEX_COUNT, 3},
	{"tres", LEX_COUNT, 3}, {"trimestre", LEX_PERIOD, 3}, {"trois", LEX_COUNT, 3}, {"tue", LEX_WEEKDAY, 1},
	{"tues", LEX_WEEKDAY, 1}, {"tuesday", LEX_WEEKDAY, 1}, {"tuesdays", LEX_WEEKDAY, 1}, {"twelve", LEX_COUNT, 12},
	{"twenty", LEX_COUNT, 20}, {"two", LEX_COUNT, 2}, {"ubermorgen", LEX_DAY, 2}, {"uhr", LEX_OCLOCK, 0},
	{"uiterlijk", LEX_BY, 0}, {"um", LEX_COUNT, 1}, {"um", LEX_ON, 0}, {"uma", LEX_COUNT, 1}, {"un", LEX_COUNT, 1},
	{"una", LEX_COUNT, 1}, {"under", LEX_IN, 0}, {"une", LEX_COUNT, 1}, {"until", LEX_BY, 1},
	{"urlaub", LEX_PAST, 1}, {"uur", LEX_UNIT, 60}, {"vacaciones", LEX_PAST, 1}, {"vacances", LEX_PAST, 1},
	{"vacation", LEX_PAST, 1}, {"valentine", LEX_EVENT, 214}, {"valentines", LEX_EVENT, 214},
	{"valentinstag", LEX_EVENT, 214}, {"vanavond", LEX_DAY, 0}, {"vandaag", LEX_DAY, 0},
	{"vendredi", LEX_WEEKDAY, 4}, {"venerdi", LEX_WEEKDAY, 4}, {"vier", LEX_COUNT, 4}, {"viernes", LEX_WEEKDAY, 4},
	{"vierzig", LEX_COUNT, 40}, {"volgende", LEX_NEXT, 0}, {"von", LEX_ON, 0}, {"voor", LEX_BEFORE, 0},
	{"vor", LEX_BEFORE, 0}, {"vormittag", LEX_PART, 9}, {"vrijdag", LEX_WEEKDAY, 4}, {"war", LEX_PAST, 0},
	{"waren", LEX_PAST, 0}, {"was", LEX_PAST, 0}, {"wed", LEX_WEEKDAY_SHORT, 2}, {"wednesday", LEX_WEEKDAY, 2},
	{"wednesdays", LEX_WEEKDAY, 2}, {"weds", LEX_WEEKDAY, 2}, {"week", LEX_UNIT, 10080},
	{"weekend", LEX_PERIOD, 2}, {"weeks", LEX_UNIT, 10080}, {"weihnachten", LEX_EVENT, 1225},
	{"weken", LEX_UNIT, 10080}, {"went", LEX_PAST, 0}, {"were", LEX_PAST, 0}, {"werktage", LEX_UNIT, 1440},
	{"werktagen", LEX_UNIT, 1440}, {"winter", LEX_PERIOD, 3}, {"within", LEX_IN, 0}, {"wk", LEX_UNIT, 10080},
	{"wks", LEX_UNIT, 10080}, {"woche", LEX_UNIT, 10080}, {"wochen", LEX_UNIT, 10080},
	{"wochenende", LEX_PERIOD, 2}, {"woensdag", LEX_WEEKDAY, 2}, {"working", LEX_BUSINESS, 0},
	{"wrote", LEX_PAST, 0}, {"xmas", LEX_EVENT, 1225}, {"year", LEX_PERIOD, 4}, {"yesterday", LEX_PAST, 0},
	{"zaterdag", LEX_WEEKDAY, 5}, {"zehn", LEX_COUNT, 10}, {"zondag", LEX_WEEKDAY, 6}, {"zum", LEX_ON, 0},
	{"zwei", LEX_COUNT, 2}, {"zwolf", LEX_COUNT, 12},
};
/* clang-format on */

#define LEXICON_COUNT (sizeof(lexicon) / sizeof(lexicon[0]))

size_t lexicon_count(void)
{
	return LEXICON_COUNT;
}

const struct lexeme *lexicon_at(size_t index)
{
	return &lexicon[index];
}

/* The first row whose word is not before `fold`. */
static size_t lexicon_lower(struct str fold)
{
	size_t low = 0, high = LEXICON_COUNT;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (str_compare(str_of(lexicon[middle].word), fold) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint32_t lexicon_classes(struct str fold)
{
	uint32_t classes = 0;
	for (size_t i = lexicon_lower(fold);
	     i < LEXICON_COUNT && str_equal(str_of(lexicon[i].word), fold); i++)
		classes |= (uint32_t)1 << lexicon[i].class;
	return classes;
}

int lexicon_value(struct str fold, enum lexeme_class class)
{
	for (size_t i = lexicon_lower(fold);
	     i < LEXICON_COUNT && str_equal(str_of(lexicon[i].word), fold); i++)
		if (lexicon[i].class == class)
			return lexicon[i].value;
	return 0;
}
