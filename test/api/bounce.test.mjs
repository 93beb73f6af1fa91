// What comes back: bounces, complaints, absences, and answers whose headers
// were rewritten; found by the tokens in our addresses, and believed only then.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { commandId, deliver, desk as deskAddress, Desk, until } from './lib.mjs'
import { file, head, rawMail } from './abuse_lib.mjs'
import { conforms, routesOf } from './schema.mjs'

let desk, answers
before(async () => {
	desk = await Desk.start({ args: ['--authserv-id', 'mx.studio.example'] })
	await desk.partner.put('/api/settings/agency', { name: 'Studio Nord', zone: 'Europe/Berlin', undo_seconds: 0 })
	const routes = routesOf((await desk.partner.get('/api/openapi.json')).body)
	answers = (method, at) => routes.find((r) => r.method === method && r.path === at).answer
})
after(() => desk.stop())

const fine = (answer) => {
	assert.equal(answer.status, 200, answer.text)
	return answer.body
}
const show = async (id) => {
	const body = fine(await desk.partner.get(`/api/tickets/${id}`))
	conforms(answers('GET', '/api/tickets/{id}'), body)
	return body
}
const out = async (id) => (await show(id)).messages.filter((m) => m.kind === 'out').at(-1)
const rows = async () => (await desk.partner.get('/api/tickets?view=all&limit=200')).body.tickets

// A thread of `who` with an answer that has left; its headers and envelope.
async function answered(who, { subject = `Matter ${commandId().slice(0, 8)}`, headers = [], body = {} } = {}) {
	const row = await desk.receive({ from: who, subject, headers, text: 'Where is batch 3?' })
	const { audience } = await show(row.id)
	const mark = `Mark ${commandId()}`
	const { message } = fine(await desk.partner.post(`/api/tickets/${row.id}/reply`, { text: mark, seen: audience.newest, ...body }))
	const folder = path.join(desk.folder, 'sink', 'new')
	const name = await until('the answer to leave', () => fs.existsSync(folder) && fs.readdirSync(folder).filter((n) => n.endsWith('.eml')).find((n) => fs.readFileSync(path.join(folder, n), 'utf8').includes(mark)))
	await until('the answer to be recorded', async () => (await out(row.id)).delivery.state === 'sent')
	const raw = fs.readFileSync(path.join(folder, name), 'utf8')
	const envelope = fs.readFileSync(path.join(folder, name.replace('.eml', '.envelope')), 'utf8')
	return {
		id: row.id, subject, message, raw, ours: /^Message-ID: (.*)\r$/m.exec(raw)[1],
		replyTo: /^Reply-To: .*<(.*)>\r$/m.exec(raw.replace(/\r\n[ \t]/g, ' '))[1], sender: /^MAIL FROM:<(.*)>$/m.exec(envelope)[1],
	}
}

const report = ({ to = deskAddress, recipient, id = null, status = '5.1.1', action = 'failed' }) => rawMail(['From: Mail Delivery System <MAILER-DAEMON@mx.example>', `To: ${to}`, 'Subject: Undelivered Mail Returned to Sender', 'MIME-Version: 1.0',
	`Message-ID: <${commandId()}@mx.example>`, 'Content-Type: multipart/report; report-type=delivery-status; boundary=b'], ['--b', 'Content-Type: text/plain', '', 'It failed.', '--b', 'Content-Type: message/delivery-status', '',
	'Reporting-MTA: dns; mx.example', '', `Final-Recipient: rfc822; ${recipient}`, `Action: ${action}`, `Status: ${status}`, 'Diagnostic-Code: smtp; 550 no such user', '',
	...(id ? ['--b', 'Content-Type: text/rfc822-headers', '', `Message-ID: ${id}`, ''] : []), '--b--'].join('\r\n'))

const complaint = ({ to, recipient }) => rawMail(['From: <fbl@provider.example>', `To: ${to}`, 'Subject: complaint', 'MIME-Version: 1.0', `Message-ID: <${commandId()}@provider.example>`,
	'Content-Type: multipart/report; report-type=feedback-report; boundary=b'], ['--b', 'Content-Type: text/plain', '', 'Somebody pressed the button.', '--b', 'Content-Type: message/feedback-report', '',
	'Feedback-Type: abuse', 'User-Agent: Provider/1', 'Version: 1', `Original-Rcpt-To: <${recipient}>`, '', '--b', 'Content-Type: text/rfc822-headers', '', 'Subject: x', '', '--b--'].join('\r\n'))

test('an answer finds its thread by our token in its address, whatever happened to its headers', async () => {
	const a = await answered('jo@fennel.example')
	assert.match(a.replyTo, /^desk\+r-\d+-[0-9a-z]{26}@studio\.example$/)
	assert.match(a.sender, /^desk\+b-\d+-[0-9a-z]{26}@studio\.example$/)
	await file(desk, rawMail(head({ from: 'jo@fennel.example', subject: `AW: ${a.subject}`, more: ['In-Reply-To: <rewritten@provider.example>'] }), 'When exactly?'), { recipient: a.replyTo })
	assert.equal((await show(a.id)).messages.length, 3)
	// In To alone, as a mailbox that is fetched has it.
	await file(desk, rawMail([`From: jo@fennel.example`, `To: Studio <${a.replyTo.toUpperCase()}>`, `Subject: ${a.subject}`, `Message-ID: <${commandId()}@x.example>`], 'And where?'))
	assert.equal((await show(a.id)).messages.length, 4)
	// An address book keeps it: a new mail with a subject of its own is a new matter.
	await file(desk, rawMail(head({ from: 'jo@fennel.example', subject: 'Something else entirely' }), 'Hello, a new thing.'), { recipient: a.replyTo })
	assert.equal((await show(a.id)).messages.length, 4)
	assert.ok((await rows()).some((t) => t.subject === 'Something else entirely'))
})

test('a token that is not ours, or of another message, is nothing', async () => {
	const a = await answered('kim@sorrel.example')
	const b = await answered('lou@borage.example')
	const [, number, mac] = /\+r-(\d+)-([0-9a-z]+)@/.exec(a.replyTo)
	const other = /\+r-(\d+)-/.exec(b.replyTo)[1]
	const flipped = (mac[0] === '0' ? '1' : '0') + mac.slice(1)
	for (const local of [`desk+r-${number}-${flipped}`, `desk+r-${other}-${mac}`, `desk+b-${number}-${mac}`, `desk+r-${number}-${mac.slice(1)}`, `desk+r-${number}-`, `desk+${number}`, `desk+r--1-${mac}`, `desk+r-99999999999999999999-${mac}`]) {
		const subject = `Forged ${commandId()}`
		await file(desk, rawMail(head({ from: 'mallory@attacker.example', subject, more: [`In-Reply-To: <${commandId()}@y.example>`] }), 'Give me the thread.'), { recipient: `${local}@studio.example` })
		assert.ok((await rows()).some((t) => t.subject === subject), local)
	}
	assert.equal((await show(a.id)).messages.length, 2)
	assert.equal((await show(b.id)).messages.length, 2)
	// The right token of another thread, from a known person of another client: theirs to read, no clock of theirs.
	await file(desk, rawMail(head({ from: 'kim@sorrel.example', subject: 'Re: yours', more: [`In-Reply-To: <${commandId()}@y.example>`] }), 'Where is my file?'), { recipient: b.replyTo })
	const shown = await show(b.id)
	assert.equal(shown.messages.length, 3)
	assert.deepEqual(shown.audience.to.map((p) => p.address), ['lou@borage.example'])
	assert.ok(shown.audience.changes.some((c) => c.address === 'kim@sorrel.example' && c.what === 'other_client'))
	assert.equal(shown.ticket.unanswered, 0)
})

test('a bounce to our envelope sender marks its mail, without any id in it', async () => {
	const a = await answered('gone@tansy.example')
	await file(desk, report({ recipient: 'gone@tansy.example' }), { sender: '', recipient: a.sender })
	const shown = await show(a.id)
	assert.equal((await out(a.id)).delivery.state, 'failed')
	assert.equal(shown.ticket.undelivered, true)
	assert.equal(shown.promises.find((p) => p.kind === 'first_response').state, 'open', 'it is owed again')
	assert.ok(shown.audience.to[0].suppressed)
	assert.ok(shown.audience.changes.some((c) => c.what === 'suppressed'))
	assert.ok(shown.log.some((l) => l.kind === 'address_suppressed' && l.text.includes('gone@tansy.example')))

	const refused = await desk.partner.post(`/api/tickets/${a.id}/reply`, { text: 'Again', seen: shown.audience.newest })
	assert.equal(refused.status, 409)
	assert.equal(refused.body.type, 'suppressed')
	assert.deepEqual(refused.body.addresses, ['gone@tansy.example'])
	fine(await desk.partner.post(`/api/tickets/${a.id}/reply`, { text: 'All the same', seen: shown.audience.newest, override: ['gone@tansy.example'] }))
	const begun = await desk.partner.post('/api/tickets', { to: { address: 'Gone@tansy.example' }, subject: 'New', text: 'Hello' })
	assert.equal(begun.body.type, 'suppressed', begun.text)
	// Who writes can be written to.
	await file(desk, rawMail(head({ from: 'gone@tansy.example', subject: `Re: ${a.subject}`, more: [`In-Reply-To: ${a.ours}`] }), 'I am back, where is it?'))
	assert.equal((await show(a.id)).audience.to[0].suppressed, false)
})

test('a list of those addresses, and a way back', async () => {
	const a = await answered('dead@yarrow.example')
	await file(desk, report({ recipient: 'dead@yarrow.example' }), { sender: '', recipient: a.sender })
	const list = fine(await desk.partner.get('/api/settings/suppressed'))
	conforms(answers('GET', '/api/settings/suppressed'), list)
	const found = list.suppressed.find((s) => s.address === 'dead@yarrow.example')
	assert.equal(found.why, 'bounced')
	assert.equal(found.ticket, a.id)
	const agent = await desk.agent()
	assert.equal((await agent.delete(`/api/settings/suppressed/${found.id}`)).status, 200)
	assert.equal((await agent.delete(`/api/settings/suppressed/${found.id}`)).status, 409)
	assert.equal((await show(a.id)).audience.to[0].suppressed, false)
	assert.equal((await agent.delete('/api/settings/suppressed/999999')).status, 404)
})

test('a forged bounce, or one about somebody else, suppresses nobody', async () => {
	const a = await answered('ann@sedge.example')
	const flipped = a.sender.replace(/-(.)([0-9a-z]{25}@)/, (whole, c, rest) => `-${c === '0' ? '1' : '0'}${rest}`)
	await file(desk, report({ recipient: 'ann@sedge.example' }), { sender: '', recipient: flipped })
	await file(desk, report({ recipient: 'ann@sedge.example', id: '<never@studio.example>' }), { sender: '' })
	await file(desk, report({ recipient: 'ann@sedge.example' }), { sender: '' })
	await file(desk, complaint({ to: deskAddress, recipient: 'ann@sedge.example' }), { sender: '' })
	assert.equal((await out(a.id)).delivery.state, 'sent')
	assert.equal((await show(a.id)).audience.to[0].suppressed, false)
	// With our token, about an address that we never wrote to.
	await file(desk, report({ recipient: 'boss@victim.example' }), { sender: '', recipient: a.sender })
	assert.ok(!fine(await desk.partner.get('/api/settings/suppressed')).suppressed.some((s) => s.address === 'boss@victim.example'))
})

test('a bounce of one copy leaves the answer as it is, and names who did not get it', async () => {
	const a = await answered('ida@clover.example', { headers: ['Cc: old@clover.example'] })
	await file(desk, report({ recipient: 'old@clover.example' }), { sender: '', recipient: a.sender })
	const message = await out(a.id)
	assert.equal(message.delivery.state, 'sent')
	assert.match(message.delivery.reason, /old@clover\.example/)
	const { audience, promises } = await show(a.id)
	assert.equal(promises.find((p) => p.kind === 'first_response').state, 'kept')
	assert.deepEqual(audience.cc.map((p) => [p.address, p.suppressed]), [['old@clover.example', true]])
})

test('a delay changes nothing, a full mailbox suppresses nobody', async () => {
	const a = await answered('slow@nettle.example')
	await file(desk, report({ recipient: 'slow@nettle.example', action: 'delayed', status: '4.4.1' }), { sender: '', recipient: a.sender })
	assert.equal((await out(a.id)).delivery.state, 'sent')
	await file(desk, report({ recipient: 'slow@nettle.example', status: '5.2.2' }), { sender: '', recipient: a.sender })
	assert.equal((await out(a.id)).delivery.state, 'failed')
	assert.equal((await show(a.id)).audience.to[0].suppressed, false)
})

test('a complaint is remembered', async () => {
	const a = await answered('cross@vetch.example')
	await file(desk, complaint({ to: a.sender, recipient: 'cross@vetch.example' }), { sender: '', recipient: a.sender })
	const found = fine(await desk.partner.get('/api/settings/suppressed')).suppressed.find((s) => s.address === 'cross@vetch.example')
	assert.equal(found.why, 'complained')
	assert.equal((await out(a.id)).delivery.state, 'sent')
})

test('an absence is an event with a date, and starts no clock', async () => {
	const a = await answered('away@melilot.example')
	const until = new Date(Date.now() + 20 * 86_400_000)
	const day = `${until.getUTCDate()} ${['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'][until.getUTCMonth()]}`
	await file(desk, rawMail(head({ from: 'away@melilot.example', subject: `Automatic reply: ${a.subject}`, more: ['Auto-Submitted: auto-replied', `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`] }), `I am away until ${day}.`), { sender: '', recipient: a.sender })
	const shown = await show(a.id)
	assert.equal(shown.messages.length, 3)
	assert.equal(new Date(shown.ticket.away_until).toISOString().slice(0, 10), until.toISOString().slice(0, 10))
	assert.ok(shown.log.some((l) => l.kind === 'away_noted' && l.text === `Out of office until ${day}`), JSON.stringify(shown.log))
	assert.equal(shown.ticket.unanswered, 0)
	assert.equal(shown.promises.filter((p) => p.kind === 'next_response').length, 0)
	// Who writes is back.
	await file(desk, rawMail(head({ from: 'away@melilot.example', subject: `Re: ${a.subject}`, more: [`In-Reply-To: ${a.ours}`] }), 'I am back. Where is it?'))
	assert.equal((await show(a.id)).ticket.away_until, null)
})

test('a null return path is a machine\'s, also when no header says so', async () => {
	const before = (await rows()).length
	await file(desk, rawMail(head({ from: 'robot@daemon.example', subject: 'Your mail was read' }), 'Read it, where is batch 3?'), { sender: '' })
	const row = (await rows()).find((t) => t.subject === 'Your mail was read')
	assert.equal((await rows()).length, before + 1)
	assert.equal(row.clock, null)
	assert.equal((await show(row.id)).messages[0].auto, 'auto_reply')
})

test('what the trusted host found is kept and shown, what anybody wrote is not', async () => {
	const cases = [
		[['Authentication-Results: mx.studio.example; spf=pass smtp.mailfrom=ana@greenleaf.example; dkim=pass (2048-bit) header.d=greenleaf.example; dmarc=pass (p=reject)', 'Received: from out.greenleaf.example by mx.studio.example with ESMTPS id 1'], { spf: 'pass', dkim: 'pass', dmarc: 'pass' }],
		[['Authentication-Results: mx.studio.example; dmarc=fail (p=none) header.from=greenleaf.example', 'Authentication-Results: mx.studio.example; spf=softfail', 'Received: from x by mx.studio.example with ESMTPS'], { spf: 'softfail', dkim: null, dmarc: 'fail' }],
		[['Authentication-Results: mx.evil.example; dmarc=pass', 'Received: from x by mx.studio.example with ESMTPS'], null],
		[['Received: from x by mx.studio.example with ESMTPS', 'Authentication-Results: mx.studio.example; dmarc=pass'], null],
		[['Authentication-Results: mx.studio.example; none', 'Received: from x by mx.studio.example with ESMTPS', 'Authentication-Results: mx.studio.example; dmarc=pass'], { spf: null, dkim: null, dmarc: null }],
		[['Authentication-Results: "mx.studio.example" ; dmarc=pass', 'Received: from x by y'], null],
		[['Authentication-Results: x (mx.studio.example; dmarc=pass); dmarc=pass', 'Received: from x by y'], null],
	]
	for (const [more, expected] of cases) {
		const subject = `Auth ${commandId()}`
		await file(desk, rawMail([...more, ...head({ subject })], 'Hello there.'))
		const row = (await rows()).find((t) => t.subject === subject)
		const [message] = (await show(row.id)).messages
		assert.deepEqual(message.auth, expected, more.join('\n'))
		assert.equal(message.errors.some((e) => /DMARC/.test(e)), expected?.dmarc === 'fail')
	}
})
