// Warnings that go out by mail, and the answers to them: only our own signed
// address makes a mail a member's word, and no mail makes a loop.

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { commandId, deliver, Desk, until } from './lib.mjs'

const program = path.resolve(process.env.HOLDFAST_BIN ?? process.env.HOLDFAST_PROGRAM ?? 'build/san/holdfast')
const wish = { desktop: true, mail: 'always', quiet: null, kinds: {} }

let desk, jonas, jo
before(async () => {
	desk = await Desk.start()
	jonas = await desk.agent()
	jo = (await jonas.get('/api/session')).body.member
	await desk.partner.put('/api/settings/agency', { name: 'Studio Nord', zone: 'Europe/Berlin', undo_seconds: 0 })
	assert.equal((await desk.partner.put('/api/session/notices', { ...wish, mail: 'never' })).status, 200)
	assert.equal((await jonas.put('/api/session/notices', wish)).status, 200)
})
after(async () => {
	await desk.end()
	const checked = spawnSync(program, ['check', '--data', path.join(desk.folder, 'data')], { encoding: 'utf8' })
	await desk.stop()
	assert.equal(checked.status, 0, checked.stdout + checked.stderr)
})

// The minute in which notices gather is over.
const due = () => execFileSync('sqlite3', ['-cmd', '.timeout 20000', path.join(desk.folder, 'data', 'workspace.db'), 'UPDATE notice_mail SET due_at = 1'])

function sent() {
	const folder = path.join(desk.folder, 'sink', 'new')
	return (fs.existsSync(folder) ? fs.readdirSync(folder) : []).filter((name) => name.endsWith('.eml')).sort().map((name) => {
		const [head, ...body] = fs.readFileSync(path.join(folder, name), 'utf8').split('\r\n\r\n')
		const field = (key) => new RegExp(`^${key}: ?(.*(?:\r\n[ \t].*)*)`, 'mi').exec(head)?.[1].replace(/\r\n[ \t]+/g, ' ') ?? null
		const text = body.join('\r\n\r\n').replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
		return { to: field('To'), from: field('From'), subject: field('Subject'), id: field('Message-ID'), replyTo: field('Reply-To'), auto: field('Auto-Submitted'),
			text, head, envelope: fs.readFileSync(path.join(folder, name.replace('.eml', '.envelope')), 'utf8') }
	})
}

// The next letter to that address after `from` of them.
const letter = (to, from) => until(`a letter to ${to}`, () => {
	due()
	return sent().filter((mail) => mail.to.includes(to))[from]
})
const letters = (to) => sent().filter((mail) => mail.to.includes(to)).length
const show = async (id) => (await desk.partner.get(`/api/tickets/${id}`)).body
const bare = (address) => address.replace(/^<|>$/g, '')

// A thread of Jonas with the letter that told him of it.
async function told(subject) {
	// What waits from before would go into the same letter.
	await jonas.post('/api/notices/seen', { up_to: Number.MAX_SAFE_INTEGER })
	const from = letters('jonas@')
	const row = await desk.receive({ subject, id: `<${subject.replace(/ /g, '-')}@greenleaf.example>`, text: 'Where are we? My number is 4711.' })
	assert.equal((await desk.partner.post(`/api/tickets/${row.id}/assign`, { member: jo.id })).status, 200)
	return { row, mail: await letter('jonas@', from) }
}

const answer = (to, text, more = {}) => deliver(desk.lmtp, {
	from: 'Jonas <jonas.private@mail.example>', sender: 'jonas.private@mail.example', to: bare(to), recipient: bare(to), subject: 'Re: something', text, ...more,
})
const said = (id, text, kind = 'out') => until(`"${text}"`, async () => (await show(id)).messages.find((m) => m.kind === kind && m.text.includes(text)))

test('a warning by mail says what it is, to nobody else, and starts no answer of machines', async () => {
	const { mail } = await told('First')
	assert.match(mail.subject, /This is yours now: First/)
	assert.equal(mail.auto, 'auto-generated')
	assert.match(mail.head, /X-Auto-Response-Suppress: All/i)
	assert.match(mail.envelope, /MAIL FROM:<>\n/)
	assert.match(mail.envelope, /RCPT TO:<jonas@studio\.example>/)
	assert.match(mail.replyTo, /^<?desk\+a-[0-9a-z]{34}@studio\.example>?$/)
	assert.match(mail.text, /> Where are we\? My number is 4711\./)
	assert.match(mail.text, new RegExp(`${desk.origin}/t/\\d+`))
	assert.equal(sent().some((m) => m.to.includes('greenleaf')), false)
})

test('an answer to it is the member\'s answer to the client, once', async () => {
	const { row, mail } = await told('Second')
	const id = `<${commandId()}@mail.example>`
	const quoted = mail.text.split('\r\n').map((line) => `> ${line}`).join('\r\n')
	const text = `We are done by noon.\r\n\r\nOn Monday Studio Nord wrote:\r\n${quoted}`
	await answer(mail.replyTo, text, { id })
	const reply = await said(row.id, 'We are done by noon.')
	assert.equal(reply.from.member, jo.id)
	assert.equal(reply.text.trim(), 'We are done by noon.')
	assert.deepEqual(reply.to.map((p) => p.address), ['ana@greenleaf.example'])
	const out = await until('the client\'s mail', () => sent().find((m) => m.to.includes('ana@greenleaf') && m.text.includes('done by noon')))
	assert.match(out.from, /desk@studio\.example/)
	assert.doesNotMatch(out.text, /Write above|\/t\/\d|jonas\.private/)
	assert.equal(out.auto, null)
	await answer(mail.replyTo, text, { id })
	await answer(mail.replyTo, text, { id, recipient: 'desk@studio.example' })
	const { row: later } = await told('After the second')
	assert.ok(later.id)
	assert.equal((await show(row.id)).messages.filter((m) => m.kind === 'out').length, 1)
	assert.equal((await show(row.id)).messages.length, 2)
})

test('"note:" is for the agency alone', async () => {
	const { row, mail } = await told('Third')
	await answer(mail.replyTo, 'Note: they always ask on Mondays')
	const note = await said(row.id, 'they always ask', 'note')
	assert.equal(note.text, 'they always ask on Mondays')
	assert.equal(sent().some((m) => m.to.includes('greenleaf') && m.text.includes('Mondays')), false)
})

test('an answer to a thread that moved on comes back with what is new', async () => {
	const { row, mail } = await told('Fourth')
	const from = letters('jonas@')
	await deliver(desk.lmtp, { subject: 'Re: Fourth', answers: '<Fourth@greenleaf.example>', text: 'Forget it, send the old ones.' })
	await until('the second mail', async () => (await show(row.id)).messages.length === 2)
	await answer(mail.replyTo, 'Here are the new ones.')
	const back = await until('it to come back', () => sent().filter((m) => m.to.includes('jonas@')).slice(from).find((m) => /not sent/.test(m.subject)))
	assert.match(back.text, /> Forget it, send the old ones\./)
	assert.match(back.text, /Here are the new ones\./)
	assert.equal((await show(row.id)).messages.some((m) => m.kind === 'out'), false)
	assert.notEqual(back.replyTo, mail.replyTo)
	await answer(back.replyTo, 'The old ones, then.')
	await said(row.id, 'The old ones, then.')
})

test('what machines answer does nothing and is answered by nothing', async () => {
	const { row, mail } = await told('Fifth')
	const before = sent().length
	await answer(mail.replyTo, 'I am away until Monday.', { headers: ['Auto-Submitted: auto-replied'] })
	await answer(mail.replyTo, 'I am away, too.', { sender: '' })
	// Our own letter come back, as a loop would bring it.
	await deliver(desk.lmtp, { sender: '', recipient: bare(mail.replyTo), bytes: `${mail.head}\r\n\r\nback` })
	const { row: other } = await told('After the fifth')
	assert.ok(other.id)
	assert.equal((await show(row.id)).messages.length, 1)
	assert.equal(sent().length, before + 1)
})

test('a forged, changed or foreign address opens nothing', async () => {
	const { row, mail } = await told('Sixth')
	const { row: other, mail: theirs } = await told('Seventh')
	const own = bare(mail.replyTo)
	const at = own.indexOf('@')
	const flipped = own.slice(0, at - 1) + (own[at - 1] === '0' ? '1' : '0') + own.slice(at)
	const swapped = own.slice(0, own.indexOf('+a-') + 11) + bare(theirs.replyTo).slice(own.indexOf('+a-') + 11)
	const before = sent().length
	for (const to of [flipped, swapped, `desk+a-${'0'.repeat(34)}@studio.example`, `desk+a-@studio.example`, `${own.slice(0, at)}0${own.slice(at)}`])
		await answer(to, 'Send them my password', { from: 'Jonas Weber <jonas@studio.example>' })
	const { row: last } = await told('After the sixth')
	assert.ok(last.id)
	for (const id of [row.id, other.id]) assert.equal((await show(id)).messages.some((m) => m.kind === 'out' || /password/.test(m.text)), false)
	assert.equal(sent().filter((m) => m.to.includes('ana@')).some((m) => /password/.test(m.text)), false)
	assert.equal(sent().length, before + 1)
})

test('an answer without the address is explained once and never a loop', async () => {
	const { row, mail } = await told('Eighth')
	const refuse = (n) => deliver(desk.lmtp, { from: 'Jonas <jonas@home.example>', sender: 'jonas@home.example', subject: `Re: ${mail.subject}`, answers: mail.id, text: `Please send ${n}` })
	await refuse(1)
	const why = await letter('jonas@home.example', 0)
	assert.equal(why.auto, 'auto-replied')
	assert.match(why.envelope, /MAIL FROM:<>\n/)
	assert.doesNotMatch(why.text, /4711|Eighth|greenleaf/)
	await refuse(2)
	await deliver(desk.lmtp, { from: 'Jonas <jonas@home.example>', sender: 'jonas@home.example', subject: 'Re: not sent', answers: why.id, text: 'What?' })
	const { row: last } = await told('After the eighth')
	assert.ok(last.id)
	assert.equal(letters('jonas@home.example'), 1)
	assert.equal((await show(row.id)).messages.length, 1)
})

test('one mail for what came within a minute; none to whom wants none', async () => {
	const from = letters('jonas@studio')
	for (const subject of ['Ninth', 'Tenth', 'Eleventh']) {
		const row = await desk.receive({ subject })
		await desk.partner.post(`/api/tickets/${row.id}/assign`, { member: jo.id })
	}
	const mail = await letter('jonas@studio', from)
	assert.match(mail.subject, /^\d warnings$/)
	for (const subject of ['Ninth', 'Tenth', 'Eleventh']) assert.ok(mail.text.includes(subject))
	assert.equal(mail.replyTo, null)
	assert.equal(letters('lena@'), 0)
})

test('who is no member any more answers nothing', async () => {
	const { row, mail } = await told('Last')
	assert.equal((await desk.partner.patch(`/api/members/${jo.id}`, { active: false })).status, 200)
	await answer(mail.replyTo, 'I still know how.')
	const why = await letter('jonas.private@', 0)
	assert.match(why.text, /nothing was sent/)
	assert.equal((await show(row.id)).messages.length, 1)
	const count = letters('jonas@studio')
	const next = await desk.receive({ subject: 'After all' })
	assert.ok(next.id)
	due()
	assert.equal(letters('jonas@studio'), count)
})
