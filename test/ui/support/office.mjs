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
	}

	id() { return this.source.scene.id() }

	/* [status, body], or null for what is not here. */
	read(where) {
		switch (where) {
		case '/session/sessions': return [200, { sessions: this.sessions, totp: this.totp, recovery: this.recovery }]
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
		if (noun === 'session' && id === 'sessions') {
			this.sessions = this.sessions.filter((s) => s.id !== Number(where.split('/')[3]))
			return [204, null]
		}
		if (noun === 'tokens') return this.onToken(id, given, method)
		return null
	}

	onTotp(given, method) {
		if (method === 'POST') return given.password === 'correct horse battery' ? [200, { secret: 'JBSWY3DPEHPK3PXP', uri: 'otpauth://totp/Holdfast', qr }] : no(401, 'That is not your password.', { field: 'password' })
		if (given.code !== '123456') return no(400, 'That code is not the one of this minute. Is the clock of the phone right?', { field: 'code' })
		this.totp = method === 'PUT'
		return method === 'PUT' ? [200, { recovery: Array.from({ length: 10 }, (_, i) => `abcd-efg${'hijklmnopq'[i]}`) }] : [204, null]
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
