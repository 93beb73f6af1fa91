// The pure rules of the agents' tools: who reads, what is missing, what is
// meant by a search, which keys may be given.
import assert from 'node:assert/strict'
import test from 'node:test'
import { rules } from './support/rules.mjs'

const {
	addresses, audienceOf, everybody, isEverybody, isOne, onlyOne, shownReaders, warnings, holes, mentioned, typingAfter, wrongName,
	terms, without, lookedFor, completions, findAll, unitsAt, refusedKey, taken, clash, belongs, inboxView, viewWords, ticketShape, groupTickets,
} = await rules('domain/audience.ts', 'domain/composing.ts', 'domain/search-words.ts', 'domain/keys.ts', 'domain/views.ts', 'domain/types.ts', 'domain/groups.ts')

const person = (name, role = 'client', more = {}) => ({ contact: name.length, name, address: `${name.toLowerCase()}@x.example`, role, suppressed: false, ...more })

test('addresses are read with names, without, and not at all', () => {
	assert.deepEqual(addresses('Jo Abara <jo@fennel.example>, ben@kestrel.example; "Noor, H" <noor@q.example>, nonsense'), [
		{ name: 'Jo Abara', address: 'jo@fennel.example' }, { name: '', address: 'ben@kestrel.example' }, { name: '', address: 'noor@q.example' },
	].map((a, i) => (i === 2 ? { ...a, name: 'H' } : a)))
	assert.deepEqual(addresses('Hannah'), [])
})

test('an older server says less, and still somebody reads it', () => {
	const thread = { audience: null, answer_to: { id: 1, name: 'Jo', address: 'jo@x.example' }, participants: [person('Jo'), person('Kofi', 'cc'), person('Us', 'agency')] }
	const a = audienceOf(thread, { contact: null })
	assert.deepEqual([a.to.map((p) => p.name), a.cc.map((p) => p.name)], [['Jo'], ['Kofi']])
	assert.equal(isEverybody(everybody(a), a), true)
	assert.equal(isOne(onlyOne(a), a), true)
	assert.equal(isOne(everybody(a), a), false)
})

test('what would be a mistake is said before it is one', () => {
	const audience = { to: [person('Jo')], cc: [person('Ola', 'vendor')], changed: true, changes: [{ address: 'ola@x.example', name: 'Ola', what: 'vendor' }], newest: 1 }
	const all = shownReaders([...audience.to, ...audience.cc], audience, [])
	assert.deepEqual(all.map((p) => p.role), ['client', 'vendor'])
	assert.match(warnings(all, 'Fennel', [])[0].text, /Ola is a vendor and would see this together with Fennel/)
	assert.deepEqual(warnings(all.slice(1), 'Fennel', []), [])
	assert.equal(warnings([], 'Fennel', [])[0].kind, 'nobody')
	const gone = shownReaders([person('Jo')], { ...audience, to: [person('Jo', 'client', { suppressed: true })], changes: [] }, [])
	assert.equal(warnings(gone, 'Fennel', [])[0].kind, 'suppressed')
	assert.deepEqual(warnings(gone, 'Fennel', ['jo@x.example']), [])
})

test('placeholders that nobody filled in are found, others are words', () => {
	assert.deepEqual(holes('You have it by {{due}}, {{ contact.name }}. {not} {{}}').map((h) => h.text), ['{{due}}', '{{ contact.name }}'])
})

test('a greeting to nobody here is noticed, a nickname and everybody are not', () => {
	const ben = [{ name: 'Benjamin Achterberg', address: 'ben@k.example' }]
	assert.equal(wrongName('Hi Hannah,\nyes', ben), 'Hannah')
	for (const text of ['Hi Ben,', 'hello Benjamin', 'Hi all,', 'hi there', 'Yes, Hannah.', 'Dear Mr Achterberg']) assert.equal(wrongName(text, ben), null, text)
	assert.equal(wrongName('Hi Hannah', [{ name: '', address: 'x@k.example' }]), null)
})

test('a name is being typed, or a canned reply, or neither', () => {
	assert.deepEqual(typingAfter('@', 'ask @pri', 8), { from: 4, typed: 'pri' })
	assert.equal(typingAfter('@', 'jo@fennel', 9), null)
	assert.deepEqual(typingAfter('/', 'Hello\n/th', 9), { from: 6, typed: 'th' })
	assert.equal(typingAfter('/', 'and/or', 6), null)
})

test('who is named in a note is told: by the whole name, or a first name that only one has', () => {
	const desk = [{ id: 1, name: 'Ines Duarte', active: true }, { id: 2, name: 'Tomasz Wilk', active: true }, { id: 3, name: 'Tomasz Zając', active: true }, { id: 4, name: 'Old One', active: false }]
	assert.deepEqual(mentioned('@Ines and @tomasz zając, not @Tomasz, @Old One or ines@x.example', desk), [1, 3])
	assert.deepEqual(mentioned('@Inesita', desk), [])
})

test('a search is read in terms with their places', () => {
	assert.deepEqual(terms('-is:late client:"Vasa Ceramics" "soft shadows" x').map((t) => [t.not, t.name, t.value]), [[true, 'is', 'late'], [false, 'client', 'Vasa Ceramics'], [false, null, 'soft shadows'], [false, null, 'x']])
	const text = 'grey owner:me jackets'
	assert.equal(without(text, terms(text)[1]), 'grey jackets')
	assert.deepEqual(lookedFor('grey -white is:late "on time" subject:proof'), ['grey', 'on time', 'proof'])
	assert.equal(unitsAt('🙂🙂ab', 3), 5)
})

test('what may come next is offered', () => {
	const known = { owners: ['Tomasz Wilk'], clients: ['Vasa Ceramics'], brands: [] }
	assert.deepEqual(completions('is:la', 5, known).list.map((c) => c.text), ['is:late '])
	assert.deepEqual(completions('-own', 4, known), { from: 1, to: 4, list: [{ text: 'owner:', hint: 'who has it' }] })
	assert.deepEqual(completions('client:va', 9, known).list.map((c) => c.text), ['client:"Vasa Ceramics" '])
	assert.equal(completions('grey jackets', 12, known), null)
	assert.equal(completions('', 0, known), null)
})

test('words are found at the beginning of words, whatever their accents', () => {
	assert.deepEqual(findAll('Gréy greyhound agrey GREY', ['grey']).map((h) => h.start), [0, 5, 21])
	assert.deepEqual(findAll('on time, on time', ['on time']).length, 2)
})

test('keys that a browser or a keyboard needs are refused, and so are those that are taken', () => {
	for (const key of ['mod+w', 'alt+a', 'mod+shift+x', 'tab', '', 'a b c', 'f5']) assert.ok(refusedKey(key), key)
	for (const key of ['b', 'shift+b', 'g b', 'mod+k', '.']) assert.equal(refusedKey(key), null, key)
	assert.equal(clash('g', 'g i'), true)
	assert.equal(clash('g', 'gi'), false)
	assert.equal(taken('g i', 'x', [{ id: 'y', keys: ['g i'] }]).id, 'y')
	assert.equal(taken('g i', 'y', [{ id: 'y', keys: ['g i'] }]), null)
})

let id = 0
const ticket = (more = {}) => ticketShape({ id: ++id, subject: 's', state: 'open', type: 'other', client: { id: 7, name: 'Vasa Ceramics', stage: 'client' }, opened_at: 1, last_at: 1, ...more }, '')

test('what sleeps is with its owner and in its list, nowhere else', () => {
	const t = ticket({ assignee: 1, snoozed: { until_at: 9e12, by: 1, note: '' } })
	const where = ['open', 'mine', 'unassigned', 'flagged', 'waiting', 'snoozed', 'closed', 'all'].filter((name) => belongs(t, { ...inboxView, name }, 1))
	assert.deepEqual(where, ['mine', 'snoozed', 'all'])
	assert.equal(groupTickets([t], 5, 'UTC')[0].label, 'Snoozed')
})

test('a list is also a search', () => {
	const name = (n) => (n === 1 ? 'me' : 'Tomasz Wilk')
	assert.equal(viewWords({ ...inboxView, name: 'mine' }, name, '', ''), 'is:open owner:me')
	assert.equal(viewWords({ ...inboxView, assignee: 2, type: 'issue' }, name, '', ''), 'is:open -is:snoozed type:issue owner:"Tomasz Wilk"')
	assert.equal(viewWords({ ...inboxView, client: 7 }, name, 'Vasa Ceramics', ''), 'is:open -is:snoozed client:"Vasa Ceramics"')
	assert.equal(viewWords({ ...inboxView, saved: 4 }, name, '', 'is:late'), 'is:late')
})
