// What a workspace shows, without what comes by itself as time goes by.

const later = ['due_soon', 'breached']

export async function picture(desk) {
	const rows = (await desk.tickets()).sort((a, b) => a.id - b.id)
	return Promise.all(rows.map(async ({ id }) => {
		const { ticket, messages, promises } = await desk.get(`/api/tickets/${id}`)
		return {
			id, subject: ticket.subject, state: ticket.state, type: ticket.type, client: ticket.client.name,
			stage: ticket.client.stage, contact: ticket.contact?.address ?? null, assignee: ticket.assignee,
			unanswered: ticket.unanswered, merged_into: ticket.merged_into, flags: ticket.flags.map((flag) => flag.kind).filter((kind) => !later.includes(kind)).sort(),
			messages: messages.map(({ kind, text, at }) => ({ kind, text, at })),
			promises: promises.map(({ kind, due_at, kept_at }) => ({ kind, due_at, kept_at })).sort((a, b) => a.due_at - b.due_at || (a.kind < b.kind ? -1 : 1)),
		}
	}))
}
