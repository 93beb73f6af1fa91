// The pure rules behind the screens: what a clock says, where a thread stands,
// what a mistyped word finds. `now` is always an argument.
import assert from 'node:assert/strict'
import test from 'node:test'
import { rules } from './support/rules.mjs'

const {
	chipOf, groupTickets, belongs, parseView, viewQuery, inboxView, ticketShape, pageShape, countsShape, emptyCounts,
	rank, fuzzy, oneTypo, EventReader, describeWeek, spansError, nextSpan, pieces, quoted, wantsHtml, linked, mentionsFile,
	initials, fileSize, hueOf, when, clockSpan, span, spokenSpan, dayName, dayKey, timeline, flagWords, flagSentence, quotesOf, sumRows, audience, attachmentIcon,
	messageShape, ShapeError, readable, withoutStop, signs,
} = await rules(
	'domain/clock.ts', 'domain/groups.ts', 'domain/views.ts', 'domain/types.ts', 'lib/fuzzy.ts', 'lib/sse.ts', 'domain/week.ts',
	'domain/messages.ts', 'domain/composing.ts', 'domain/names.ts', 'lib/dates.ts', 'domain/timeline.ts', 'domain/flags.ts', 'domain/sum.ts',
	'domain/attachments.ts', 'domain/shape.ts', 'domain/phrases.ts',
)

const zone = 'Europe/Lisbon'
const now = Date.parse('2026-11-10T10:42:00Z')
const MIN = 60_000
const clock = (kind, due, more = {}) => ({
	promise: 1, kind, state: 'running', started_at: due - 30 * MIN, due_at: due, warn_at: null, target_ms: 30 * MIN, left_ms: null,
	calendar: 'business', ...more,
})
let id = 0
const ticket = (more = {}) => ticketShape({
	id: ++id, subject: 'Batch 3', state: 'open', type: 'status_inquiry', client: { id: 7, name: 'Marlow & Finch', stage: 'client' },
	opened_at: now, last_at: now, ...more,
}, '')

test('a chip counts down by seconds under an hour and by minutes above', () => {
	assert.equal(chipOf(clock('first_response', now + 26 * MIN + 5000), now, zone).text, '26:05')
	assert.equal(chipOf(clock('first_response', now + 74 * MIN, { target_ms: 120 * MIN }), now, zone).text, '1 h 14')
	assert.equal(chipOf(clock('proposal', Date.parse('2026-11-10T15:10:00Z'), { target_ms: 24 * 60 * MIN }), now, zone).text, 'Fix plan 15:10')
	assert.equal(chipOf(clock('first_response', Date.parse('2026-11-12T12:00:00Z')), now, zone).text, 'Thu 12:00')
})

test('a chip is calm, then soon, then late, and says so in words', () => {
	const calm = chipOf(clock('first_response', now + 20 * MIN), now, zone)
	assert.equal(calm.look, '')
	assert.equal(calm.share, 67)
	assert.equal(chipOf(clock('first_response', now + 5 * MIN), now, zone).look, 'soon')
	assert.equal(chipOf(clock('first_response', now + 20 * MIN, { warn_at: now }), now, zone).look, 'soon')
	const late = chipOf(clock('first_response', now - 250_000), now, zone)
	assert.equal(late.look, 'late')
	assert.equal(late.text, '4:10 late')
	assert.equal(late.label, '4 minutes 10 seconds late to answer, was due 10:37')
	assert.equal(chipOf(clock('first_response', now), now, zone).look, 'late')
})

test('call backs and pauses have a look of their own', () => {
	const call = chipOf(clock('call_back', now + 38 * MIN + 24_000, { target_ms: 60 * MIN }), now, zone)
	assert.equal(call.look, 'call')
	assert.equal(call.text, 'Call 38:24')
	const held = chipOf(clock('first_response', now + MIN, { state: 'paused', left_ms: 90 * MIN }), now, zone)
	assert.equal(held.look, 'held')
	assert.equal(held.text, 'Paused 1 h 30')
})

test('threads stand in groups that are deadlines in plain words', () => {
	const late = ticket({ clock: clock('first_response', now - MIN) })
	const flagged = ticket({ clock: clock('first_response', now + 90 * MIN), flags: [{ id: 1, kind: 'frustration', raised_at: now }] })
	const soon = ticket({ clock: clock('first_response', now + 10 * MIN) })
	const today = ticket({ clock: clock('first_response', now + 120 * MIN) })
	const tomorrow = ticket({ clock: clock('first_response', now + 24 * 60 * MIN) })
	const friday = ticket({ clock: clock('first_response', Date.parse('2026-11-13T11:00:00Z')) })
	const none = ticket()
	const waiting = ticket({ state: 'waiting_client', clock: clock('first_response', now + MIN, { state: 'paused' }) })
	const made = ticket({ state: 'waiting_production' })
	const groups = groupTickets([waiting, none, today, friday, made, tomorrow, soon, flagged, late], now, zone)
	assert.deepEqual(groups.map((g) => [g.label, g.ids]), [
		['Needs you now', [late.id, flagged.id]], ['Next 30 minutes', [soon.id]], ['Later today', [today.id]], ['Tomorrow', [tomorrow.id]],
		['Friday', [friday.id]], ['Nothing owed', [none.id]], ['Waiting on production', [made.id]], ['Waiting on client', [waiting.id]],
	])
	assert.equal(groups[0].urgent, true)
	assert.equal(groups[1].urgent, false)
})

test('inside a group the next clock comes first, then the newest word', () => {
	const a = ticket({ clock: clock('first_response', now + 20 * MIN) })
	const b = ticket({ clock: clock('first_response', now + 10 * MIN) })
	assert.deepEqual(groupTickets([a, b], now, zone)[0].ids, [b.id, a.id])
	const late = ticket({ clock: clock('first_response', now - 10 * MIN) })
	const call = ticket({ clock: clock('call_back', now + 50 * MIN) })
	assert.deepEqual(groupTickets([late, call], now, zone)[0].ids, [call.id, late.id], 'a call that is owed comes before all')
	const old = ticket({ last_at: now - 5 * MIN })
	const fresh = ticket({ last_at: now })
	assert.deepEqual(groupTickets([old, fresh], now, zone)[0].ids, [fresh.id, old.id])
})

test('a row belongs to the same views here as on the server', () => {
	const view = (name, more = {}) => ({ ...inboxView, name, ...more })
	const t = ticket({ assignee: 2 })
	assert.equal(belongs(t, view('open'), 1), true)
	assert.equal(belongs(t, view('mine'), 1), false)
	assert.equal(belongs(t, view('mine'), 2), true)
	assert.equal(belongs(t, view('unassigned'), 1), false)
	assert.equal(belongs(t, view('open', { type: 'pricing' }), 1), false)
	assert.equal(belongs(t, view('open', { assignee: 2 }), 1), true)
	assert.equal(belongs(ticket({ state: 'closed' }), view('open'), 1), false)
	assert.equal(belongs(ticket({ state: 'closed' }), view('closed'), 1), true)
	assert.equal(belongs(ticket({ merged_into: 5 }), view('all'), 1), false)
})

test('a view survives its address, and nonsense becomes the inbox', () => {
	const view = { name: 'flagged', type: 'pricing', assignee: 3, client: 9, saved: null }
	assert.deepEqual(parseView(new URLSearchParams(viewQuery(view))), view)
	assert.equal(viewQuery(inboxView), '')
	assert.deepEqual(parseView(new URLSearchParams('view=nope&type=x&assignee=-1&client=1e99')), inboxView)
})

test('answers become typed or say where they do not fit', () => {
	assert.throws(() => pageShape({ seq: 1, now: 2, tickets: [{ id: 'x' }] }, ''), (e) => e instanceof ShapeError && /tickets\[0\]\.id should be a number/.test(e.message))
	assert.throws(() => ticketShape({ ...ticket(), state: 'sleeping' }, 'ticket'), /ticket\.state should be one of new, open/)
	const t = ticket({ unknown_member: 1 })
	assert.equal('unknown_member' in t, false)
	assert.equal(t.clock, null)
	assert.deepEqual(countsShape({}, ''), emptyCounts)
})

test('the palette forgives one typing error, not two', () => {
	assert.equal(rank('asign', 'Assign to…'), 3)
	assert.equal(rank('Asisgn', 'Assign to…'), 4)
	assert.equal(rank('asxxgn', 'Assign to…'), null)
	assert.equal(rank('ass', 'Assign to…'), 0)
	assert.equal(rank('req', 'Change request type…'), 1)
	assert.equal(rank('zoe', 'Zoë Müller'), 0)
	assert.deepEqual(fuzzy('mar', ['Summary', 'Kestrel Marine', 'Marlow & Finch'], (x) => x), ['Marlow & Finch', 'Kestrel Marine', 'Summary'])
	for (const [a, b, same] of [['abc', 'abc', true], ['abc', 'abd', true], ['abc', 'abcd', true], ['abc', 'ac', true], ['abc', 'bac', true], ['abc', 'xyz', false], ['', 'ab', false]]) {
		assert.equal(oneTypo(a, b), same, `${a} ${b}`)
	}
})

test('an event stream is read however its bytes are cut', () => {
	const text = ': hello\r\n\r\nid: 7\nevent: ticket\ndata: {"a":\ndata: 1}\n\nevent: counts\ndata: {}\n\n: beat\n\n'
	for (let cut = 1; cut < text.length; cut++) {
		const reader = new EventReader()
		const seen = [...reader.feed(text.slice(0, cut)), ...reader.feed(text.slice(cut))]
		if (text.slice(cut - 1, cut + 1) === '\r\n') continue
		assert.deepEqual(seen, [{ id: '7', event: 'ticket', data: '{"a":\n1}' }, { id: '7', event: 'counts', data: '{}' }], `cut at ${cut}`)
	}
})

test('a week is told in words and checked', () => {
	const day = [['09:00', '18:00']]
	assert.equal(describeWeek({ mon: day, tue: day, wed: day, thu: day, fri: day }), 'Mon to Fri, 09:00 to 18:00')
	assert.equal(describeWeek({ mon: [['09:00', '13:00'], ['14:00', '18:00']], wed: day }), 'Mon, 09:00 to 13:00 and 14:00 to 18:00; Wed, 09:00 to 18:00')
	assert.equal(describeWeek({}), 'No working hours')
	assert.equal(spansError([['09:00', '13:00'], ['14:00', '24:00']]), null)
	assert.match(spansError([['09:00', '13:00'], ['12:00', '18:00']]), /inside the hours before/)
	assert.match(spansError([['18:00', '09:00']]), /not after/)
	assert.match(spansError([['9', '18:00']]), /Times are written/)
	assert.match(spansError([['09:00', '24:01']]), /Times are written/)
	assert.deepEqual(nextSpan([]), ['09:00', '18:00'])
	assert.deepEqual(nextSpan([['09:00', '13:00']]), ['14:00', '18:00'])
})

const message = (more) => messageShape({ id: 1, kind: 'in', at: now, from: { name: 'Hannah' }, ...more }, '')

test('marks stand where the server put them, counted in characters', () => {
	const text = '👍 freeze on the 20th, please'
	const cut = pieces(message({ text, signals: [{ kind: 'deadline', start: 16, end: 20 }] }))
	assert.equal(cut.find((p) => p.signal)?.text, Array.from(text).slice(16, 20).join(''))
	assert.equal(cut.map((p) => p.text).join(''), text)
	const bad = pieces(message({ text: 'short', signals: [{ kind: 'x', start: 3, end: 99 }, { kind: 'x', start: 4, end: 2 }] }))
	assert.equal(bad.map((p) => p.text).join(''), 'short')
	assert.equal(bad.some((p) => p.signal), false)
})

test('links are found without the stop behind them', () => {
	assert.deepEqual(linked('see https://a.example/x?y=1. Thanks').map((p) => [p.text, p.link !== null]), [['see ', false], ['https://a.example/x?y=1', true], ['. Thanks', false]])
	assert.equal(linked('javascript:alert(1)').some((p) => p.link), false)
})

test('the quoted rest is what the new words do not say', () => {
	assert.equal(quoted(message({ text: 'New words', full: 'New words\n\n> old' })), '> old')
	assert.equal(quoted(message({ text: 'New words' })), null)
	assert.equal(quoted(message({ text: 'x', full: 'x\n' })), null)
})

test('the designed version is shown at once only when the text is poor', () => {
	assert.equal(wantsHtml(message({ text: 'A whole sentence in words', has_html: true })), false)
	assert.equal(wantsHtml(message({ text: '', has_html: true })), true)
	assert.equal(wantsHtml(message({ text: '', has_html: false })), false)
	assert.equal(wantsHtml(message({ text: Array(9).fill('https://x.example/a view').join('\n'), has_html: true })), true)
})

test('a forgotten file is noticed, a quoted one is not', () => {
	assert.equal(mentionsFile('The proof is attached.'), true)
	assert.equal(mentionsFile('Im Anhang der Entwurf'), true)
	assert.equal(mentionsFile('> see attached\nThanks!'), false)
	assert.equal(mentionsFile('We are not attacking this today'), false)
})

test('names are shortened alike everywhere', () => {
	assert.equal(initials('Marlow & Finch'), 'MF')
	assert.equal(initials('Ines Duarte'), 'ID')
	assert.equal(initials('Ärzte'), 'ÄR')
	assert.equal(initials('', 'rosa@x.example'), 'RO')
	assert.equal(initials('李小龙'), '李小')
	assert.ok(new Set(Array.from({ length: 40 }, (_, i) => Math.floor(hueOf(i * 5) / 30))).size > 8)
	assert.equal(fileSize(900), '900 B')
	assert.equal(fileSize(2_400_000), '2.4 MB')
	assert.equal(fileSize(31_000_000), '31 MB')
})

test('times are worded in the zone of the agency', () => {
	assert.equal(when(Date.parse('2026-11-10T15:10:00Z'), now, zone), '15:10')
	assert.equal(when(Date.parse('2026-11-10T23:30:00Z'), now, 'Asia/Dhaka'), 'Wed 05:30')
	assert.equal(when(Date.parse('2026-12-20T12:00:00Z'), now, zone), '20 Dec')
	assert.equal(when(Date.parse('2027-12-20T12:00:00Z'), now, zone), '20 Dec 2027')
	assert.equal(dayName(Date.parse('2026-11-09T15:00:00Z'), now, zone), 'Yesterday')
	assert.equal(dayName(Date.parse('2026-11-06T15:00:00Z'), now, zone), 'Friday 6 November')
	assert.equal(clockSpan(400_000), '6:40')
	assert.equal(clockSpan(3_599_999), '59:59')
	assert.equal(span(90 * MIN), '1 h 30')
	assert.equal(span(35 * 60 * MIN), '1 d')
	assert.equal(span(10_000), '10 s')
	assert.equal(spokenSpan(760_000), '12 minutes 40 seconds')
	assert.equal(spokenSpan(61_000), '1 minute 1 second')
})

test('a day ends at midnight of its zone, also when clocks change', () => {
	for (const [at, there, day] of [
		['2026-10-24T22:59:59Z', 'Europe/Lisbon', '2026-10-24'], ['2026-10-24T23:00:00Z', 'Europe/Lisbon', '2026-10-25'],
		['2026-10-26T00:00:00Z', 'Europe/Lisbon', '2026-10-26'], ['2026-11-10T18:14:59Z', 'Asia/Kathmandu', '2026-11-10'],
		['2026-11-10T18:15:00Z', 'Asia/Kathmandu', '2026-11-11'],
	]) assert.equal(dayKey(Date.parse(at), there), day, `${at} ${there}`)
})

test('messages and log lines are one story, day by day', () => {
	const log = [{ seq: 1, at: now - 1000, kind: 'assigned', actor: 1, text: 'Ines took it' }, { seq: 2, at: now, kind: 'note_added', actor: 1, text: 'hidden' }]
	const days = timeline([message({ id: 2, at: now }), message({ id: 1, at: now - 24 * 60 * MIN })], log, now, zone)
	assert.deepEqual(days.map((d) => [d.name, d.items.map((i) => i.key)]), [['Yesterday', ['m1']], ['Today', ['l1', 'm2']]])
})

test('a flag says what it saw in two words', () => {
	const t = ticket({ unanswered: 3 })
	assert.equal(flagWords({ kind: 'three_unanswered', quote: null, text: '' }, t), '3 unanswered')
	assert.equal(flagWords({ kind: 'deadline', quote: '1,200 SKUs', text: '' }, t), '1,200 SKUs')
	assert.equal(flagWords({ kind: 'a_new_rule', quote: null, text: '' }, t), 'A new rule')
})

test('what the clock says already is no sign of its own', () => {
	const flag = (kind, points) => ({ id: points, kind, points, raised_at: now })
	const t = ticket({ clock: clock('first_response', now + 90 * MIN), flags: [flag('due_soon', 1), flag('breached', 9)] })
	assert.deepEqual(signs(t), [])
	assert.equal(groupTickets([t], now, zone)[0].label, 'Later today')
	const both = ticket({ flags: [flag('due_soon', 1), flag('frustration', 3), flag('deadline', 5)] })
	assert.deepEqual(signs(both).map((f) => f.kind), ['deadline', 'frustration'])
})

test('a phrase of the playbook is cut to what a person reads', () => {
	assert.equal(readable('where (are|is) (we|it|they)'), 'where are/is we/it/…')
	assert.equal(readable('^ where (are|is) *5 stand* $'), 'where are/is … stand…')
	assert.equal(readable('<thanks> for the'), '[thanks] for the')
	assert.equal(readable('instead of'), 'instead of')
	assert.equal(withoutStop('Reading it stopped the parser. '), 'Reading it stopped the parser')
})

test('who reads a message is said, and a file has the icon of its kind', () => {
	const m = message({ to: [{ name: 'Desk', address: 'desk@a.example' }], cc: [{ name: '', address: 'b@b.example' }] })
	assert.equal(audience(m).short, 'to Desk, cc b@b.example')
	assert.equal(attachmentIcon({ name: 'a.zip', type: 'application/octet-stream' }), 'file-archive')
	assert.equal(attachmentIcon({ name: 'a', type: 'image/svg+xml' }), 'image')
})

test('unanswered messages are counted across threads, as the rule does', () => {
	const t = ticket({ unanswered: 1, client: { id: 3, name: 'Marlow & Finch', stage: 'client', unanswered: 3, unanswered_since: now - 120 * MIN } })
	const f = { id: 1, kind: 'unanswered', message: null, quote: null, text: 'Three messages unanswered' }
	assert.equal(flagWords(f, t), '3 unanswered')
	assert.equal(flagSentence(f, t, now), 'Three messages unanswered for 2 h, across threads')
})

test('a sentence is evidence once', () => {
	const text = 'Third time. I give up.'
	const m = message({ id: 7, text, signals: [{ kind: 'frustration', start: 0, end: 11 }, { kind: 'frustration', start: 12, end: 22 }, { kind: 'repeat_contact', start: 0, end: 11 }] })
	const flags = [{ id: 1, kind: 'repeat_contact', message: 7, quote: 'Third time.' }, { id: 2, kind: 'frustration', message: 7, quote: 'Third time.' }]
	assert.deepEqual([...quotesOf(flags, [m])], [[1, 'Third time.'], [2, 'I give up.']])
})

test('the sum behind a clock ends now', () => {
	const part = (from, to, what, counted = 0) => ({ from_at: from, to_at: to, counted_ms: counted, what, reason: null })
	const sum = [part(now - 20 * MIN, now + 10 * MIN, 'counted', 30 * MIN), part(now + 10 * MIN, now + 60 * MIN, 'closed'), part(now + 60 * MIN, now + 70 * MIN, 'counted', 10 * MIN)]
	assert.deepEqual(sumRows({ sum }, now).map((r) => [r.what, r.counted_ms / MIN, r.open, r.ahead]), [
		['counted', 20, true, false], ['counted', 10, false, true], ['closed', 0, false, true],
	])
	assert.deepEqual(sumRows({ sum: sum.slice(0, 1) }, now).map((r) => r.counted_ms / MIN), [20])
})

test('quiet hours cross midnight, take the weekend, and end on the minute', async () => {
	const { isQuiet } = await rules('domain/notice-types.ts')
	const night = { from: '19:00', to: '08:00', weekend: true }
	assert.deepEqual(['18:59', '19:00', '23:59', '00:00', '07:59', '08:00'].map((t) => isQuiet(night, t, 2)), [false, true, true, true, true, false])
	assert.deepEqual([0, 1, 6].map((day) => isQuiet(night, '12:00', day)), [true, false, true])
	assert.deepEqual(['11:59', '12:00', '13:00'].map((t) => isQuiet({ from: '12:00', to: '13:00', weekend: false }, t, 0)), [false, true, false])
	assert.equal(isQuiet(null, '03:00', 0), false)
	assert.equal(isQuiet({ from: '08:00', to: '08:00', weekend: false }, '08:00', 2), false)
})
