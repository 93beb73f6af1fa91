// An invented agency of eleven threads, made anew for each source.
const MIN = 60_000
const HOUR = 60 * MIN
const targets = { status_inquiry: 30 * MIN, scope_change: HOUR, pricing: 2 * HOUR, new_brief: 2 * HOUR, issue: 4 * HOUR, other: 4 * HOUR }

export const members = () => [
	{ id: 1, name: 'Ines Duarte', address: 'ines@northlight.example', role: 'partner', initials: 'ID', active: true },
	{ id: 2, name: 'Tomasz Wilk', address: 'tomasz@northlight.example', role: 'agent', initials: 'TW', active: true },
	{ id: 3, name: 'Priya Nair', address: 'priya@northlight.example', role: 'agent', initials: 'PN', active: true },
]

export class Scene {
	constructor(many = 0) {
		this.now = Date.now()
		this.last = 1000
		this.members = members()
		this.clients = new Map()
		this.contacts = new Map()
		this.tickets = new Map()
		this.messages = new Map()
		this.promises = new Map()
		this.cast()
		for (let i = 0; i < many; i++) {
			this.thread(`Kiln Works ${i}`, `Person ${i}`, `Thread number ${i}`, Object.keys(targets)[i % 6], { due: (i + 40) * 3 * MIN, assignee: i % 4 || null })
		}
	}

	id() { return ++this.last }

	client(name, stage = 'client') {
		const domain = `${name.toLowerCase().replace(/[^a-z]+/g, '')}.example`
		const client = { id: this.id(), name, domain, stage, first_at: this.now - 400 * 24 * HOUR, last_in_at: null, last_out_at: null, unanswered: 0, merged_into: null }
		this.clients.set(client.id, client)
		return client
	}

	contact(client, name) {
		const address = `${name.toLowerCase().replace(/[^a-z]+/g, '.')}@${client.domain}`
		const contact = { id: this.id(), client: client.id, name, address, role: null, last_at: this.now }
		this.contacts.set(contact.id, contact)
		return contact
	}

	message(t, kind, at, text, more = {}) {
		const contact = this.contacts.get(t.contact)
		const member = this.members[(more.member ?? 1) - 1]
		const from = kind === 'in'
			? { name: contact.name, address: contact.address, contact: contact.id, member: null }
			: { name: member.name, address: member.address, contact: null, member: member.id }
		const to = kind === 'in' ? [{ name: 'Northlight desk', address: 'desk@northlight.example' }] : kind === 'out' ? [{ name: contact.name, address: contact.address }] : []
		const m = {
			id: this.id(), ticket: t.id, kind, at, from, to, cc: [], text, full: null, has_html: false, remote_images: 0, attachments: [],
			auto: 'none', errors: [], signals: [], call: null, delivery: kind === 'out' ? { state: 'sent', until_at: null, reason: null } : null, ...more,
		}
		this.messages.set(m.id, m)
		t.last_at = at
		if (kind === 'in') { t.last_in_at = at; t.unanswered++ }
		return m
	}

	owe(t, kind, due, target = targets[t.type], paused = null) {
		const p = {
			id: this.id(), ticket: t.id, kind, state: 'open', running: paused === null, started_at: due - target, due_at: due, warn_at: due - target / 5,
			target_ms: target, used_ms: Math.max(0, this.now - due + target), calendar: 'business', owner: t.assignee, kept_at: null, evidence: null,
			late_at: null, rule: 'Answer in time', sum: [{ from_at: due - target, to_at: this.now, counted_ms: this.now - due + target, what: 'counted', reason: null }],
			stops: ['A reply from anybody on the desk'],
		}
		this.promises.set(p.id, p)
		const state = paused !== null ? 'paused' : due < this.now ? 'late' : 'running'
		t.clock = { promise: p.id, kind, state, started_at: p.started_at, due_at: due, warn_at: p.warn_at, target_ms: target, left_ms: paused, calendar: 'business' }
	}

	thread(name, who, subject, type, { due, kind = 'first_response', assignee = null, state = 'open', stage, text = subject, paused = null, message = {} } = {}) {
		const client = this.client(name, stage)
		const contact = this.contact(client, who)
		const t = {
			id: this.id(), subject, state, waiting_reason: null, type, type_by: 'rule', client: client.id, contact: contact.id, assignee, opened_at: this.now,
			last_at: this.now, last_in_at: null, last_out_at: null, unanswered: 0, flags: [], clock: null, merged_into: null, undelivered: false, priority: 0, log: [],
		}
		this.tickets.set(t.id, t)
		this.message(t, 'in', this.now - 30 * MIN, text, message)
		if (due !== undefined) this.owe(t, kind, this.now + due, kind === 'call_back' ? HOUR : undefined, paused)
		return t
	}

	cast() {
		const marlow = this.thread('Marlow & Finch', 'Hannah Reyes', 'Third time asking: where is batch 3?', 'status_inquiry', {
			due: 38 * MIN, kind: 'call_back', assignee: 1, text: 'Third time asking. We freeze the site on the 20th. I can’t keep chasing this.',
			message: { full: 'Third time asking. We freeze the site on the 20th. I can’t keep chasing this.\n\n> An older question', signals: [{ kind: 'frustration', start: 51, end: 77 }] },
		})
		marlow.flags.push({ id: this.id(), kind: 'frustration', points: 15, message: [...this.messages.keys()].at(-1), quote: 'I can’t keep chasing this.', text: '', raised_at: this.now })
		marlow.unanswered = 3
		this.thread('Halden Footwear', 'Marcus Bell', 'Re: SS27 lasts, are these in QC yet?', 'status_inquiry', { due: -4 * MIN })
		this.thread('Fennel Kitchenware', 'Jo Abara', 'Price to add soft shadows to 300?', 'pricing', {
			due: 7 * MIN, assignee: 2, text: 'What would soft shadows cost? https://fennel.example/october',
			message: { attachments: [{ n: 0, name: 'october-set.pdf', type: 'application/pdf', size: 2_400_000, inline: false }] },
		})
		this.thread('Tidewater Outfitters', 'Lena Fischer', 'Can jackets go on grey, not white?', 'scope_change', { due: 26 * MIN, assignee: 1 })
		const oriel = this.thread('Oriel Jewellery', 'Sunniva Dahl', 'When do the round 2 composites land?', 'status_inquiry', { due: 27 * MIN, assignee: 1 })
		this.message(oriel, 'in', this.now - 20 * MIN, 'Out of the office until Monday.', { auto: 'vacation' })
		this.thread('Bramble & Co', 'Ottilie Grant', '14 sleeves look off in round 2', 'issue', {
			due: 4 * HOUR, kind: 'proposal', assignee: 3, text: '', message: { has_html: true, remote_images: 2, html: '<h2>Round 2</h2><p>The edges are <b>jagged</b>.</p>' },
		})
		this.thread('Vasa Ceramics', 'Elin Vasa', 'Brief: 80 hero shots', 'new_brief', { due: 112 * MIN, assignee: 2, stage: 'provisional' })
		this.thread('Kestrel Cycles', 'Ben Achterberg', 'Do unused retainer edits roll over?', 'pricing', { due: 74 * MIN, assignee: 3 })
		this.thread('Sable Cosmetics', 'Ama Boateng', 'Shade list for the lipsticks', 'scope_change', { due: 90 * MIN, paused: 90 * MIN, state: 'waiting_client', assignee: 1 })
		const quill = this.thread('Quill Stationers', 'Noor Haddad', 'Proof of the winter catalogue', 'status_inquiry', { due: 3 * HOUR, assignee: 1 })
		this.message(quill, 'out', this.now - 9 * MIN, 'Hello Noor, the proof is here.', { delivery: { state: 'failed', until_at: null, reason: 'Her server said the attachment is over 25 MB.' } })
		quill.undelivered = true
	}
}
