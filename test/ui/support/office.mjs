// The scripted server's back office: accounts, notices, mailboxes, brands,
// moving in, webhooks, audit. Faithful to doc/api.md; Source asks here first.
// A route that is not in it is answered 404, as an older server would.
const MIN = 60_000
const HOUR = 60 * MIN
const DAY = 24 * HOUR
const no = (status, detail, more = {}) => [status, { type: 'about:blank', title: 'Refused', status, detail, ...more }]
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'
const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1'
const qr = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29"><path d="M4 4h7v7h-7zM18 4h7v7h-7zM4 18h7v7h-7zM13 13h3v3h-3zM19 19h2v4h-2z"/></svg>'

export class Office {
	constructor(source) {
		this.source = source
		this.totp = false
		this.recovery = 10
		const now = Date.now()
		this.sessions = [
			{ id: 11, agent: firefox, address: '192.0.2.10', created_at: now - 3 * DAY, seen_at: now, current: true },
			{ id: 12, agent: phone, address: '198.51.100.7', created_at: now - 9 * DAY, seen_at: now - 5 * HOUR, current: false },
		]
		this.tokens = [{ id: 21, name: 'Weekly report', member: 1, rights: ['ticket_read', 'client_read'], created_at: now - 40 * DAY, last_used_at: now - 2 * HOUR, expires_at: now + 50 * DAY }]
		this.noticePrefs = { desktop: false, mail: 'away', quiet: null, kinds: {} }
		this.notices = []
		this.imports = []
		this.addresses = [{ id: 1, address: 'desk@northlight.example', name: 'Northlight desk', signature: '', active: true, brand: null }, { id: 2, address: 'hello@lumen.example', name: '', signature: '', active: true, brand: 61 }]
		this.brands = [{ id: 61, name: 'Lumen Retouch', shared: 'all', owner: null, from_name: 'Lumen', signature: 'Lumen Retouch\nA part of Northlight Studio', footer: '', colour: '#b4598f', calendar: null, position: 1, active: true }]
		this.suppressed = [{ id: 71, address: 'gone@oriel.example', why: 'bounced', reason: '550 5.1.1 No such user', at: now - 3 * DAY, contact: null, ticket: [...source.scene.tickets.keys()][4], message: null }]
		this.webhooks = [
			{ id: 91, name: 'Invoices', url: 'https://hooks.example.com/in', kinds: ['mail_sent', 'promise_broken'], active: true, state: 'ok', failing_since: null, last_ok_at: now - 5 * MIN, waiting: 0, dead: 0, said: '' },
			{ id: 92, name: 'Planner', url: 'https://plan.example.com/hook', kinds: ['ticket_opened'], active: true, state: 'stopped', failing_since: now - 26 * HOUR, last_ok_at: now - 27 * HOUR, waiting: 41, dead: 2, said: 'HTTP 500 Internal Server Error' },
		]
		this.deliveries = [
			{ id: 901, event: 5001, kind: 'ticket_opened', ticket: [...source.scene.tickets.keys()][0], state: 'dead', attempts: 9, at: now - 26 * HOUR, next_at: null, status: 500, said: 'Internal Server Error' },
			{ id: 902, event: 5002, kind: 'ticket_opened', ticket: null, state: 'waiting', attempts: 1, at: now - HOUR, next_at: now + HOUR, status: null, said: 'The connection was refused' },
			{ id: 903, event: 5003, kind: 'ticket_opened', ticket: null, state: 'sent', attempts: 1, at: now - 28 * HOUR, next_at: null, status: 204, said: '' },
		]
		this.events = Array.from({ length: 60 }, (_, i) => ({
			seq: 6000 - i, at: now - i * 40 * MIN, kind: i % 3 ? 'state_changed' : 'member_changed', class: i % 4 ? 'fact' : 'conclusion', actor: i % 4 ? 1 + (i % 3) : null, client: null,
			ticket: i % 3 ? [...source.scene.tickets.keys()][i % 5] : null, subject: i % 3 ? 'Where is batch 3?' : null, text: i % 3 ? 'set it to waiting on the client' : 'changed the role of Priya Nair',
		}))
		/* how many pieces are refused as if the line were cut */
		this.cuts = 0
		this.lateAnswer = {
			figures: { threads: 61, asked: 61, answered: 57, late: 19, never: 4, median_ms: 96 * MIN, worst_ms: 20 * HOUR + 10 * MIN, since_at: now - 40 * DAY, until_at: now - DAY },
			late: [
				{ ticket: [...source.scene.tickets.keys()][0], subject: 'Where is batch 2?', client: { id: 1001, name: 'Marlow & Finch' }, asked_at: now - 30 * DAY, answered_at: now - 28 * DAY, took_ms: 20 * HOUR + 10 * MIN, target_ms: 30 * MIN, message: 7 },
				{ ticket: [...source.scene.tickets.keys()][1], subject: 'Lasts in QC?', client: { id: 1004, name: 'Halden Footwear' }, asked_at: now - 20 * DAY, answered_at: now - 19 * DAY, took_ms: 9 * HOUR + 42 * MIN, target_ms: 30 * MIN, message: 8 },
				{ ticket: null, subject: '', client: { id: 1007, name: 'Arden Optics' }, asked_at: now - 9 * DAY, answered_at: null, took_ms: 6 * HOUR, target_ms: 4 * HOUR, message: 9 },
			],
		}
		const imap = { host: 'imap.gmail.com', port: 993, tls: 'implicit', user: 'desk@northlight.example', auth: 'oauth2', folder: 'INBOX', sent_folder: null }
		const smtp = { host: 'smtp.gmail.com', port: 465, tls: 'implicit', user: 'desk@northlight.example', auth: 'oauth2' }
		this.mailboxes = [
			{ id: 31, name: 'The desk', address: 1, provider: 'google', active: true, imap, smtp, oauth: { client: '77.apps.example', tenant: null, authorized_at: now - 90 * DAY },
				health: { state: 'connected', since_at: now - 2 * DAY, said: '', last_mail_at: now - 4 * MIN, next_try_at: null, behind: 0 } },
			{ id: 32, name: 'Invoices', address: 1, provider: 'other', active: true, imap: { ...imap, host: 'mail.northlight.example', user: 'invoices', auth: 'password' }, smtp: null, oauth: null,
				health: { state: 'refused', since_at: now - 14 * MIN, said: 'NO [AUTHENTICATIONFAILED] Invalid credentials.', last_mail_at: now - HOUR, next_try_at: null, behind: 12 } },
			{ id: 33, name: 'Old desk', address: 1, provider: 'microsoft', active: true, imap: { ...imap, host: 'outlook.office365.com' }, smtp: null, oauth: { client: 'c', tenant: 'common', authorized_at: now - 95 * DAY },
				health: { state: 'token_expired', since_at: now - 5 * HOUR, said: 'AADSTS700082: The refresh token has expired.', last_mail_at: now - 5 * HOUR, next_try_at: null, behind: 3 } },
		]
		this.checkAnswer = { ok: false, steps: [
			{ step: 'resolve', ok: true, said: 'mail.northlight.example is 192.0.2.20' }, { step: 'connect', ok: true, said: 'Port 993 answers' },
			{ step: 'tls', ok: true, said: 'TLS 1.3, certificate good until March' }, { step: 'sign_in', ok: false, said: 'NO [AUTHENTICATIONFAILED] Invalid credentials' },
		] }
	}

	get canned() { return this.source.tools.canned }
	set canned(all) { this.source.tools.canned = all }

	id() { return this.source.scene.id() }

	/* [status, body], or null for what is not here. */
	read(where, q) {
		const [, noun, id, verb] = where.split('/')
		if (noun === 'imports' && verb === 'labels') return [200, { labels: this.imports.find((i) => i.id === Number(id)).received > 0 ? [{ label: 'Status', count: 812 }, { label: 'VIP', count: 40 }] : [] }]
		if (noun === 'imports' && verb === 'late') return [200, this.lateAnswer]
		switch (where) {
		case '/settings/addresses': return [200, this.addresses]
		case '/settings/brands': return [200, { seq: this.source.seq, brands: this.brands }]
		case '/settings/suppressed': return [200, { seq: this.source.seq, suppressed: this.suppressed }]
		case '/settings/webhooks': return [200, { seq: this.source.seq, webhooks: this.webhooks }]
		case '/settings/webhooks/92/deliveries': return [200, { deliveries: this.deliveries, next: null }]
		case '/settings/webhooks/91/deliveries': return [200, { deliveries: [], next: null }]
		case '/audit': return this.onAudit(q)
		case '/imports': return [200, { seq: this.source.seq, imports: this.imports.map((i) => ({ ...i })) }]
		case '/session/sessions': return [200, { sessions: this.sessions, totp: this.totp, recovery: this.recovery }]
		case '/notices': return [200, { seq: this.source.seq, unread: this.unread(), notices: this.notices.slice(0, 50), next: this.notices.length > 50 ? this.notices[49].id : null }]
		case '/session/notices': return [200, this.noticePrefs]
		case '/settings/mailboxes': return [200, { seq: this.source.seq, mailboxes: this.mailboxes }]
		case '/tokens': return [200, { tokens: this.tokens }]
		default: return null
		}
	}

	change(where, given, method) {
		const [, noun, id] = where.split('/')
		if (where === '/session' && method === 'POST' && this.totp && given.password === 'correct horse battery' && given.code !== '123456' && given.code !== 'abcd-efgh') {
			return given.code === undefined ? no(401, 'The code of the second step is missing.', { type: 'code_needed' }) : no(401, 'That code is not the one of this minute.', { field: 'code' })
		}
		if (where === '/session/totp') return this.onTotp(given, method)
		if (where === '/session/password') return given.old === 'correct horse battery' ? [200, this.source.session()] : no(400, 'That is not the password you have now.', { field: 'old' })
		if (where === '/session/notices') { this.noticePrefs = given; return [200, given] }
		if (where === '/notices/seen') { for (const n of this.notices) if (n.id <= given.up_to) n.seen_at ??= Date.now(); return [200, { seq: this.source.seq, unread: this.unread() }] }
		if (noun === 'notices') { const n = this.notices.find((x) => x.id === Number(id)); n.acknowledged_at = Date.now(); n.seen_at ??= n.acknowledged_at; return [200, { seq: this.source.seq, notice: n }] }
		if (noun === 'session' && id === 'sessions') {
			this.sessions = this.sessions.filter((s) => s.id !== Number(where.split('/')[3]))
			return [204, null]
		}
		if (noun === 'settings' && ['brands', 'addresses', 'webhooks', 'suppressed'].includes(id)) return this.onItem(id, where.split('/').slice(3), given, method)
		if (noun === 'canned' && where.split('/')[3] !== 'preview') return this.onItem('canned', where.split('/').slice(2), given, method)
		if (noun === 'imports') return this.onImport(id, where.split('/')[3], given)
		if (noun === 'settings' && id === 'mailboxes') return this.onMailbox(where.split('/')[3], where.split('/')[4], given)
		if (noun === 'tokens') return this.onToken(id, given, method)
		return null
	}

	onTotp(given, method) {
		if (method === 'POST') return given.password === 'correct horse battery' ? [200, { secret: 'JBSWY3DPEHPK3PXP', uri: 'otpauth://totp/Holdfast', qr }] : no(401, 'That is not your password.', { field: 'password' })
		if (given.code !== '123456') return no(400, 'That code is not the one of this minute. Is the clock of the phone right?', { field: 'code' })
		this.totp = method === 'PUT'
		return method === 'PUT' ? [200, { recovery: Array.from({ length: 10 }, (_, i) => `abcd-efg${'hijklmnopq'[i]}`) }] : [204, null]
	}

	unread() { return this.notices.filter((n) => n.seen_at === null).length }

	/* Something to tell: kept, counted, and said on the stream. */
	tell(kind, subject, text, more = {}) {
		const t = [...this.source.scene.tickets.values()].find((x) => x.subject.includes(subject))
		const notice = { id: this.id(), at: Date.now(), kind, ticket: t ? this.source.row(t) : null, text, level: 0, seen_at: null, acknowledged_at: null, ...more }
		this.notices.unshift(notice)
		this.source.emit('notice', { notice, unread: this.unread() })
		return notice
	}

	onItem(sort, [id, verb, n, again], given, method) {
		const all = this[sort]
		const item = all.find((x) => x.id === Number(id))
		const one = { brands: 'brand', webhooks: 'webhook', addresses: 'address', canned: 'canned', suppressed: 'suppressed' }[sort]
		if (verb === 'test') return [200, { seq: this.source.seq }]
		if (verb === 'deliveries') { Object.assign(this.deliveries.find((d) => d.id === Number(n)), again === 'retry' ? { state: 'waiting', said: '' } : {}); return [200, { seq: this.source.seq }] }
		if (method === 'DELETE') { this[sort] = all.filter((x) => x !== item); return [200, { seq: this.source.seq }] }
		if (sort === 'webhooks' && given.url?.includes('10.0.0.')) return no(400, 'That is an address inside the network.', { field: 'url' })
		if (sort === 'webhooks' && given.active) given = { ...given, state: 'ok', said: '' }
		const made = item ? Object.assign(item, given) : { id: this.id(), position: 9, active: true, calendar: null, state: 'ok', waiting: 0, dead: 0, said: '', failing_since: null, last_ok_at: null, ...given }
		if (!item) all.push(made)
		return [200, { seq: this.source.seq, [one]: made, ...(sort === 'webhooks' && !item ? { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' } : {}) }]
	}

	onAudit(q) {
		const after = Number(q.get('after') ?? Infinity)
		const found = this.events.filter((e) => e.seq < after && (!q.get('member') || e.actor === Number(q.get('member'))) && (!q.get('kind') || e.kind === q.get('kind')) && (!q.get('from') || e.at >= Number(q.get('from'))) && (!q.get('to') || e.at < Number(q.get('to'))))
		return [200, { seq: this.source.seq, events: found.slice(0, 25), next: found.length > 25 ? found[24].seq : null }]
	}

	/* The bytes of a file of holidays. */
	holidays(text) {
		if (!text.startsWith('BEGIN:VCALENDAR')) return no(400, 'This is no iCalendar file.')
		const found = [...text.matchAll(/DTSTART;VALUE=DATE:(\d{4})(\d\d)(\d\d)[\s\S]*?SUMMARY:(.*)/g)].map((m) => ({ date: `${m[1]}-${m[2]}-${m[3]}`, name: m[4].trim() }))
		const calendar = this.source.calendar
		const added = found.filter((h) => !calendar.holidays.includes(h.date))
		calendar.holidays = [...calendar.holidays, ...added.map((h) => h.date)].sort()
		return [200, { seq: this.source.seq, calendar, added, skipped: 1 }]
	}

	onImport(id, verb, given) {
		const i = this.imports.find((x) => x.id === Number(id)) ?? {
			id: this.id(), source: given.source, name: given.name, state: 'receiving', received: 0, size: given.size ?? 0, read: 0, total: 0, left_ms: null, threads: 0, messages: 0,
			duplicates: 0, skipped: 0, errors: [], takeover_at: given.takeover_at, said: '',
		}
		if (!id) this.imports.unshift(i)
		if (verb === 'start' && i.received < i.size) return no(409, 'Not all of it is here.', { field: 'size' })
		if (verb === 'start') Object.assign(i, { state: 'reading', total: 4000, left_ms: 180_000, takeover_at: given.takeover_at })
		if (verb === 'stop') i.state = 'stopped'
		if (verb === 'resume') i.state = 'reading'
		return [200, { seq: this.source.seq, import: { ...i } }]
	}

	piece(id, at, bytes) {
		const i = this.imports.find((x) => x.id === id)
		if (this.cuts > 0) { this.cuts--; return [503, { status: 503, detail: 'The server is restarting.' }] }
		if (at !== i.received) return no(409, `${i.received} bytes are here.`, { received: i.received })
		i.received += bytes.length
		return [200, { received: i.received }]
	}

	/* The reading goes on: what changed is said on the stream. */
	reads(change) {
		Object.assign(this.imports[0], change)
		this.source.emit('import', { import: { ...this.imports[0] } })
	}

	onMailbox(id, verb, given) {
		const m = this.mailboxes.find((x) => x.id === Number(id))
		if (verb === 'check') return [200, this.checkAnswer]
		if (verb === 'folders') return [200, { folders: [{ name: 'INBOX', messages: 412, sent: false }, { name: 'Clients', messages: 1906, sent: false }, { name: 'Sent', messages: 830, sent: true }] }]
		if (verb === 'authorize') return [200, { url: `${this.source.url}/oauth/elsewhere` }]
		const { password: _p, smtp_password: _s, oauth_secret: _o, ...rest } = given
		if (m) Object.assign(m, rest, rest.oauth ? { oauth: { ...m.oauth, ...rest.oauth } } : {})
		else if (given.imap.host.includes(' ')) return no(400, 'A server name has no spaces.', { field: 'imap.host' })
		const made = m ?? { id: this.id(), ...rest, oauth: rest.oauth ? { ...rest.oauth, authorized_at: null } : null, health: { state: 'connecting', since_at: Date.now(), said: '', last_mail_at: null, next_try_at: null, behind: null } }
		if (!m) this.mailboxes.push(made)
		if (!made.active) made.health = { ...made.health, state: 'off' }
		return [200, { seq: this.source.seq, mailbox: made }]
	}

	onToken(id, given, method) {
		if (method === 'DELETE') {
			this.tokens = this.tokens.filter((t) => t.id !== Number(id))
			return [204, null]
		}
		const t = { id: this.id(), name: given.name, member: 1, rights: given.rights, created_at: Date.now(), last_used_at: null, expires_at: given.expires_at }
		this.tokens.unshift(t)
		return [200, { token: 'hft_0123456789abcdef0123456789abcdef', tokens: this.tokens }]
	}
}
