// The whole program between a client and its agency: Postfix on both sides. A
// client's mail becomes a ticket, the answer reaches the client, and the
// client's answer to that finds its thread.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'

import { program, startDesk } from './desk.mjs'
import { arrived, buildTool, field, kept, sendMail, startSink } from './mail.mjs'
import { certificate, eventually, freePort, startPostfix, whyNot } from './postfix.mjs'

const skip = whyNot()

const mail = (subject, text, head = '') => 'From: Ann Berg <ann@client.example>\r\nTo: desk@agency.example\r\n' +
	`Date: Tue, 10 Nov 2026 09:00:00 +0100\r\nSubject: ${subject}\r\n${head}\r\n${text}\r\n`

describe('the desk behind Postfix', { skip }, () => {
	let folder, mails, sink, postfix, desk

	before(async () => {
		buildTool()
		folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-interop-'))
		mails = path.join(folder, 'mails')
		certificate(folder)
		const clientPort = await freePort()
		sink = startSink(mails, clientPort)
		await sink.ready
		// Postfix wants to know where the desk is, and the desk where Postfix is.
		const transports = path.join(folder, 'transports')
		fs.writeFileSync(transports, '')
		postfix = await startPostfix({
			virtual_mailbox_domains: 'agency.example client.example',
			transport_maps: `texthash:${transports}`,
			smtpd_tls_security_level: 'may',
			smtpd_tls_cert_file: path.join(folder, 'cert.pem'),
			smtpd_tls_key_file: path.join(folder, 'key.pem'),
			smtpd_relay_restrictions: 'permit_mynetworks,reject',
		})
		desk = await startDesk({ smtp: `smtp://127.0.0.1:${postfix.port}`, 'smtp-ca': path.join(folder, 'cert.pem') },
			{ HOLDFAST_TEST_POISON: 'hemlock' })
		// trivial-rewrite looks at its tables once, when it starts: by the first mail.
		fs.writeFileSync(transports, `agency.example lmtp:inet:127.0.0.1:${desk.lmtp}\nclient.example lmtp:inet:127.0.0.1:${clientPort}\n`)
	})

	after(async () => {
		await desk?.stop()
		await postfix?.stop()
		await sink?.stop()
		if (folder) fs.rmSync(folder, { recursive: true, force: true })
	})

	test('a conversation of three mails is one ticket', async () => {
		await sendMail(postfix.port, 'ann@client.example', ['desk@agency.example'],
			mail('Where is our batch?', 'Is the batch of 1,200 done?', 'Message-ID: <first@client.example>\r\n'))
		const ticket = await desk.ticket('Where is our batch?')
		assert.equal(ticket.contact.address, 'ann@client.example')
		const shown = await desk.get(`/api/tickets/${ticket.id}`)
		await desk.post(`/api/tickets/${ticket.id}/reply`, { text: 'It is at 800, done by Friday.\n.\n..', seen: shown.messages.at(-1).id })

		const answer = await arrived(mails, 'Re: Where is our batch?')
		assert.deepEqual(answer.recipients, ['ann@client.example'])
		assert.equal(field(answer.raw, 'In-Reply-To'), '<first@client.example>')
		assert.match(answer.raw, /It is at 800, done by Friday\./)
		await eventually(async () => (await desk.get(`/api/tickets/${ticket.id}`)).messages.at(-1).delivery?.state === 'sent', 'delivery is recorded')

		const id = field(answer.raw, 'Message-ID')
		await sendMail(postfix.port, 'ann@client.example', ['desk@agency.example'],
			mail('Re: Where is our batch?', 'Thank you, Friday is fine.', `In-Reply-To: ${id}\r\nReferences: <first@client.example> ${id}\r\n`))
		await eventually(async () => (await desk.get(`/api/tickets/${ticket.id}`)).messages.length === 3, 'the third message')
	})

	test('an address that is not ours is refused, and Postfix says so', async () => {
		await sendMail(postfix.port, 'ann@client.example', ['stranger@agency.example'], mail('Nobody', 'x'))
		await eventually(() => /to=<stranger@agency.example>[^\n]*dsn=5\.1\.1, status=bounced/.test(postfix.log()), 'the bounce')
	})

	test('a mail that kills the parser is set aside, and the next is filed', async () => {
		await sendMail(postfix.port, 'ann@client.example', ['desk@agency.example'], mail('Poison', 'hemlock-crash'))
		await sendMail(postfix.port, 'ann@client.example', ['desk@agency.example'], mail('After the poison', 'x'))
		await desk.ticket('After the poison')
		const { items } = await desk.get('/api/quarantine')
		assert.deepEqual(items.map((item) => [item.from, item.to]), [['ann@client.example', 'desk@agency.example']])
		assert.equal((await desk.get('/api/tickets?view=all')).tickets.filter((row) => row.subject === 'Poison').length, 0)
	})

	test('the pipe command hands mail in', async () => {
		const run = (...to) => spawnSync(program, ['deliver', '--lmtp', `127.0.0.1:${desk.lmtp}`, '-f', 'ann@client.example', ...to],
			{ input: mail('Through the pipe', 'x').replaceAll('\r\n', '\n') }).status
		assert.equal(run('desk@agency.example'), 0)
		await desk.ticket('Through the pipe')
		assert.equal(run('stranger@agency.example'), 67)
	})

	test('a client who cannot be reached is a failed delivery', async () => {
		await sendMail(postfix.port, 'ann@elsewhere.example', ['desk@agency.example'],
			mail('Unreachable', 'x').replace('ann@client.example', 'ann@elsewhere.example'))
		const ticket = await desk.ticket('Unreachable')
		const shown = await desk.get(`/api/tickets/${ticket.id}`)
		await desk.post(`/api/tickets/${ticket.id}/reply`, { text: 'Hello?', seen: shown.messages.at(-1).id })
		const failed = await eventually(async () => (await desk.get(`/api/tickets/${ticket.id}`)).messages
			.find((message) => message.delivery?.state === 'failed'), 'the failure')
		assert.match(failed.delivery.reason, /550|nothing leaves/)
	})

	test('everything balances', () => {
		assert.ok(kept(mails).length >= 1)
		const check = spawnSync(program, ['check', '--data', desk.data], { encoding: 'utf8' })
		assert.equal(check.status, 0, check.stdout + check.stderr)
	})
})
