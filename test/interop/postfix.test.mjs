// Postfix hands mail to our LMTP listener, and our SMTP client hands mail to
// Postfix. The listener and the client are those of the program, driven by
// mail_tool; serve.test.mjs has the whole program.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'

import { arrived, buildTool, kept, sendMail, startSink, tool } from './mail.mjs'
import { certificate, eventually, freePort, startPostfix, whyNot } from './postfix.mjs'

const skip = whyNot()

describe('Postfix', { skip }, () => {
	let folder, mails, sink, postfix, lmtpPort

	before(async () => {
		buildTool()
		folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-interop-'))
		mails = path.join(folder, 'mails')
		certificate(folder)
		lmtpPort = await freePort()
		sink = startSink(mails, lmtpPort)
		await sink.ready
		postfix = await startPostfix({
			virtual_transport: `lmtp:inet:127.0.0.1:${lmtpPort}`,
			smtpd_tls_security_level: 'may',
			smtpd_tls_cert_file: path.join(folder, 'cert.pem'),
			smtpd_tls_key_file: path.join(folder, 'key.pem'),
			// Debian's default lets a bare LF end the data; then the second mail is Postfix's.
			smtpd_forbid_bare_newline: 'yes',
			smtpd_forbid_bare_newline_exclusions: '',
			smtpd_relay_restrictions: 'permit_mynetworks,reject',
			smtpd_recipient_restrictions: 'check_recipient_access inline:{ {blocked@agency.example = 550 5.7.1 blocked}, {grey@agency.example = 450 4.7.1 greylisted} }',
		})
	})

	after(async () => {
		await postfix?.stop()
		await sink?.stop()
		if (folder) fs.rmSync(folder, { recursive: true, force: true })
	})

	const send = (mode, from, recipients, raw, ca = path.join(folder, 'cert.pem')) => {
		const result = spawnSync(tool, ['send', '127.0.0.1', String(postfix.port), mode, ca, from, ...recipients],
			{ input: raw, encoding: 'utf8' })
		assert.equal(result.status, 0, result.stderr)
		return result.stdout.trim().split('\n').map((line) => line.split(' ').slice(0, 2).join(' '))
	}

	test('delivers a mail to several recipients in one transaction', async () => {
		await sendMail(postfix.port, 'ann@client.example', ['desk@agency.example', 'help@agency.example'],
			'From: ann@client.example\r\nSubject: two desks\r\n\r\nhello\r\n..stuffed')
		const mail = await arrived(mails, 'two desks')
		assert.equal(mail.sender, 'ann@client.example')
		assert.deepEqual(mail.recipients.sort(), ['desk@agency.example', 'help@agency.example'])
		assert.ok(mail.raw.endsWith('hello\r\n.stuffed\r\n'))
		assert.ok(mail.raw.startsWith('Received: '))
	})

	test('passes 8-bit content and UTF-8 addresses', async () => {
		await sendMail(postfix.port, 'jörg@client.example', ['désk@agency.example'],
			'Subject: eight bits\r\n\r\nfünf\r\n', ' BODY=8BITMIME SMTPUTF8')
		const mail = await arrived(mails, 'eight bits')
		assert.match(mail.sender, /^jörg@client\.example SMTPUTF8 8BITMIME$/)
		assert.deepEqual(mail.recipients, ['désk@agency.example'])
		assert.ok(Buffer.from(mail.raw, 'latin1').includes(Buffer.from('fünf\r\n')))
	})

	test('hears our answer for each recipient', async () => {
		await sendMail(postfix.port, 'ann@client.example',
			['fine@agency.example', 'nobody@agency.example', 'huge@agency.example'], 'Subject: mixed answers\r\n\r\nx')
		await arrived(mails, 'mixed answers')
		const log = await eventually(() => (/to=<huge@[^\n]*status=bounced/.test(postfix.log()) ? postfix.log() : ''), 'answers')
		assert.match(log, /to=<fine@agency.example>[^\n]*status=sent \(250 2\.0\.0 Stored/)
		assert.match(log, /to=<nobody@agency.example>[^\n]*dsn=5\.1\.1, status=bounced/)
		assert.match(log, /to=<huge@agency.example>[^\n]*dsn=5\.3\.4, status=bounced/)
	})

	test('keeps a mail while we are away, and delivers it later', async () => {
		await sink.stop()
		await sendMail(postfix.port, 'ann@client.example', ['desk@agency.example'], 'Subject: patience\r\n\r\nx')
		await eventually(() => /status=deferred \(connect to 127/.test(postfix.log()), 'deferral')
		sink = startSink(mails, lmtpPort)
		await sink.ready
		await arrived(mails, 'patience')
	})

	test('keeps what we cannot store now', async () => {
		await sendMail(postfix.port, 'ann@client.example', ['full@agency.example'], 'Subject: full disk\r\n\r\nx')
		await eventually(() => /to=<full@[^\n]*dsn=4\.3\.1, status=deferred \(host 127[^\n]*452 4\.3\.1/.test(postfix.log()), 'deferral')
	})

	test('carries a large mail', async () => {
		const line = `${'x'.repeat(76)}\r\n`
		await sendMail(postfix.port, 'ann@client.example', ['desk@agency.example'],
			`Subject: large\r\n\r\n${line.repeat(200_000)}`)
		const mail = await arrived(mails, 'large')
		assert.ok(mail.raw.endsWith(`\r\n\r\n${line.repeat(200_000)}\r\n`))
	})

	// What a mail server in front lets through as content must stay content.
	test('smuggles nothing', async () => {
		const ends = ['\n.\n', '\n.\r\n', '\r\n.\n', '\r.\r', '\r\n.\r', '\r.\r\n']
		const before = kept(mails).length
		for (const [i, end] of ends.entries()) {
			const content = Buffer.from(`Subject: smuggle ${i}\r\n\r\na${end}MAIL FROM:<evil@x.example>\r\n` +
				`RCPT TO:<boss@agency.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nb`, 'latin1')
			try {
				await sendMail(postfix.port, 'ann@client.example', ['desk@agency.example'], content)
			} catch { /* refused by Postfix itself: as good */ }
		}
		await sendMail(postfix.port, 'ann@client.example', ['desk@agency.example'], 'Subject: last of all\r\n\r\nx')
		await arrived(mails, 'last of all')
		await eventually(() => !fs.readdirSync(path.join(postfix.folder, 'spool/active')).length, 'an empty queue')
		const since = kept(mails).slice(before)
		assert.equal(since.filter((mail) => /^Subject: smuggled\r\n/m.test(mail.raw) && mail.recipients.includes('boss@agency.example')).length, 0)
		assert.ok(since.every((mail) => mail.sender.startsWith('ann@client.example')))
		assert.ok(since.length <= ends.length + 1)
	})

	test('takes our mail over verified STARTTLS, byte for byte', async () => {
		const raw = 'From: desk@agency.example\r\nDate: Tue, 10 Nov 2026 09:00:00 +0100\r\n' +
			'Subject: from us\r\nMessage-ID: <1@desk.example>\r\n\r\n.\r\n..\r\n.x\r\nMAIL FROM:<x@y>\r\n'
		assert.deepEqual(send('starttls', 'desk@agency.example', ['ann@agency.example'], raw), ['sent 250', 'sent 250'])
		const mail = await arrived(mails, 'from us')
		assert.ok(mail.raw.endsWith(raw))
		assert.equal(mail.sender, 'desk@agency.example')
		assert.match(postfix.log(), /connect from \w+\[127|client=\w+\[127/)
	})

	test('is not believed with a certificate of somebody else', () => {
		assert.deepEqual(send('starttls', 'desk@agency.example', ['ann@agency.example'], 'Subject: never\r\n\r\nx\r\n', ''),
			['untrusted 0', 'untrusted 0'])
	})

	test('refuses some of our recipients, and we know which', async () => {
		assert.deepEqual(send('none', '', ['ann@agency.example', 'blocked@agency.example', 'grey@agency.example', 'x@elsewhere.example'],
			'Subject: some refused\r\n\r\nx\r\n'), ['sent 250', 'sent 250', 'permanent 550', 'temporary 450', 'permanent 550'])
		const mail = await arrived(mails, 'some refused')
		assert.equal(mail.sender, '')
		assert.deepEqual(mail.recipients, ['ann@agency.example'])
	})
})
