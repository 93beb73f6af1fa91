// A mailbox that is signed in to by leave that a person gave at its provider:
// the whole flow, tokens that rotate, tokens that die, and mail that leaves
// through the same provider with a copy in the folder of sent mail.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import tls from 'node:tls'
import { after, before, describe, test } from 'node:test'

import { startDesk } from './desk.mjs'
import { startDovecot, user, whyNot } from './dovecot.mjs'
import { startOAuth } from './oauth.mjs'
import { eventually } from './postfix.mjs'

// A submission server with TLS that takes XOAUTH2 alone.
async function startSubmission({ cert, key }, tokens) {
	const mails = []
	const server = tls.createServer({ cert, key }, (socket) => {
		let text = '', data = null
		socket.on('error', () => {})
		socket.write('220 test\r\n')
		socket.on('data', (bytes) => {
			text += bytes
			for (let end; (end = text.indexOf('\r\n')) >= 0;) {
				const line = text.slice(0, end)
				text = text.slice(end + 2)
				if (data !== null) {
					if (line === '.') {
						mails.push(data)
						data = null
						socket.write('250 taken\r\n')
					} else data += `${line.replace(/^\./, '')}\r\n`
					continue
				}
				if (/^EHLO/.test(line)) socket.write('250-test\r\n250 AUTH XOAUTH2\r\n')
				else if (/^AUTH XOAUTH2 /.test(line)) {
					const [, token] = /auth=Bearer ([^\x01]*)/.exec(Buffer.from(line.split(' ')[2], 'base64').toString()) ?? []
					socket.write(tokens.has(token) ? '235 yes\r\n' : '535 no\r\n')
				} else if (/^DATA/.test(line)) { data = ''; socket.write('354 go\r\n') } else if (/^QUIT/.test(line)) socket.end('221 bye\r\n')
				else socket.write('250 ok\r\n')
			}
		})
	})
	await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve) })
	return { port: server.address().port, mails, stop: () => server.close() }
}

describe('a mailbox by OAuth2', { skip: whyNot() }, () => {
	let dovecot, oauth, submission, desk, box

	before(async () => {
		dovecot = await startDovecot()
		const identity = dovecot.authority.issue('localhost')
		oauth = await startOAuth(identity)
		dovecot.tokens = oauth.good
		submission = await startSubmission(identity, oauth.good)
		desk = await startDesk({ 'mailbox-ca': dovecot.ca, oauth: oauth.url }, { HOLDFAST_TEST_MAILBOX: '4000,500,100,500,1000' })
		const [address] = await desk.get('/api/settings/addresses')
		box = (await desk.post('/api/settings/mailboxes', {
			name: 'Desk', address: address.id, provider: 'other',
			imap: { host: 'localhost', port: dovecot.imaps, tls: 'implicit', user, auth: 'oauth2', folder: 'INBOX', sent_folder: 'Sent' },
			smtp: { host: 'localhost', port: submission.port, tls: 'implicit', user, auth: 'oauth2' },
			oauth: { client: 'desk-of-a-test', tenant: null }, oauth_secret: 'a-client-secret',
		})).mailbox
	})
	after(async () => {
		await desk?.stop()
		submission?.stop()
		oauth?.stop()
		dovecot?.stop()
	})
	const mailbox = async () => (await desk.get('/api/settings/mailboxes')).mailboxes[0]
	const state = (wanted) => eventually(async () => {
		const { health } = await mailbox()
		return health.state === wanted ? health : null
	}, `the mailbox is ${wanted}`)
	const deliver = (subject) => dovecot.deliver(`From: Ann Berg <ann@client.example>\r\nTo: ${user}\r\nSubject: ${subject}\r\nMessage-ID: <${subject.replaceAll(' ', '')}@client.example>\r\n\r\nWhere is our batch?\r\n`)
	const way = async () => {
		const { url } = await desk.post(`/api/settings/mailboxes/${box.id}/authorize`)
		return { url, back: await oauth.visit(url, fs.readFileSync(dovecot.ca)) }
	}
	const come = async (back) => {
		// As the browser does: without the cookie, which other sites do not send.
		const answer = await fetch(back, { redirect: 'manual', headers: { 'Sec-Fetch-Site': 'cross-site' } })
		return { status: answer.status, location: answer.headers.get('location') }
	}

	test('before anybody gave leave it says so', async () => {
		assert.match((await state('token_expired')).said, /given leave/)
		assert.equal((await mailbox()).oauth.authorized_at, null)
	})

	test('a person gives leave, once, with proof', async () => {
		const { url, back } = await way()
		const page = new URL(url).searchParams
		assert.equal(page.get('code_challenge_method'), 'S256')
		assert.equal(page.get('client_id'), 'desk-of-a-test')
		assert.ok(page.get('state').length >= 43)
		assert.ok(back.startsWith(`${desk.url}/oauth/callback?`))
		assert.deepEqual(await come(back), { status: 303, location: '/settings/mailboxes' })
		await state('connected')
		assert.ok((await mailbox()).oauth.authorized_at > 0)
		const again = await come(back)
		assert.match(again.location, /^\/settings\/mailboxes\?refused=/)
		deliver('By a token')
		await desk.ticket('By a token')
	})

	test('a state that nobody was given leads nowhere', async () => {
		const { location } = await come(`${desk.url}/oauth/callback?state=${'x'.repeat(43)}&code=stolen`)
		assert.match(location, /refused=/)
	})

	test('the provider takes the token back: a new one is fetched, and the one for that is new, too', async () => {
		const were = oauth.refreshes
		oauth.good.clear()
		dovecot.front.cut()
		await eventually(() => oauth.refreshes > were, 'a new token is asked for')
		deliver('By another token')
		await desk.ticket('By another token')
		await state('connected')
	})

	test('restarted, it goes on with the token that came last', async () => {
		await desk.kill()
		await desk.again()
		await state('connected')
		deliver('After the start')
		await desk.ticket('After the start')
	})

	test('an answer leaves through the provider, and one copy of it is kept', async () => {
		const ticket = await desk.ticket('By a token')
		const shown = await desk.get(`/api/tickets/${ticket.id}`)
		await desk.post(`/api/tickets/${ticket.id}/reply`, { text: 'It is at 800, done by Friday.', seen: shown.messages.at(-1).id })
		await eventually(() => submission.mails.length === 1, 'it has left')
		await eventually(() => dovecot.kept('Sent').length === 1, 'a copy is there')
		assert.match(dovecot.kept('Sent')[0].raw, /done by Friday/)
		dovecot.front.cut()
		await desk.kill()
		await desk.again()
		await state('connected')
		deliver('After the copy')
		await desk.ticket('After the copy')
		assert.equal(dovecot.kept('Sent').length, 1)
		assert.equal(submission.mails.length, 1)
	})

	test('what somebody sends from another program stops the clock', async () => {
		deliver('From elsewhere')
		const ticket = await desk.ticket('From elsewhere')
		dovecot.deliver(`From: ${user}\r\nTo: ann@client.example\r\nSubject: Re: From elsewhere\r\nMessage-ID: <reply1@agency.example>\r\nIn-Reply-To: <Fromelsewhere@client.example>\r\n\r\nTomorrow at nine.\r\n`, { into: 'Sent' })
		await eventually(async () => (await desk.get(`/api/tickets/${ticket.id}`)).messages.some((message) => /Tomorrow at nine/.test(message.text)), 'it has joined the thread')
		assert.equal((await desk.get(`/api/tickets/${ticket.id}`)).ticket.unanswered, 0)
	})

	test('a token server that is broken or slow is waited for', async () => {
		for (const how of ['broken', 'slow']) {
			oauth.how = how
			oauth.good.clear()
			dovecot.front.cut()
			if (how === 'broken') await state('retrying')
			oauth.how = 'well'
			oauth.asked.length = 0
			await state('connected')
		}
	})

	test('a token that dies is told at once, and the mailbox works again with a new one', async () => {
		oauth.how = 'dead'
		oauth.good.clear()
		dovecot.front.cut()
		assert.match((await state('token_expired')).said, /revoked/)
		const events = await eventually(async () => {
			const all = (await desk.get('/api/audit?kind=mailbox_failed')).events
			return all.length > 0 ? all : null
		}, 'the log tells of it')
		assert.ok(events.every((event) => event.kind === 'mailbox_failed'))
		// Whoever can mend it is told, and not through that mailbox.
		assert.ok((await desk.get('/api/notices')).notices.some((notice) => notice.kind === 'mailbox'))
		oauth.how = 'well'
		const { back } = await way()
		assert.equal((await come(back)).location, '/settings/mailboxes')
		await state('connected')
		await eventually(async () => (await desk.get('/api/audit?kind=mailbox_recovered')).events.length > 0, 'and that it works again')
		assert.doesNotMatch(JSON.stringify(await desk.get('/api/settings/mailboxes')), /a-client-secret/)
	})
})
