// A small OAuth2 server: the page on which a person gives leave, tokens that
// rotate, and ways to fail. `good` are the access tokens that hold.

import crypto from 'node:crypto'
import https from 'node:https'

export async function startOAuth({ cert, key }) {
	const asked = []
	const oauth = { asked, good: new Set(), refresh: null, code: null, how: 'well', refreshes: 0, lasts: 3600 }
	const json = (response, status, body) => {
		response.writeHead(status, { 'Content-Type': 'application/json' })
		response.end(JSON.stringify(body))
	}
	const issue = (response) => {
		const access = crypto.randomBytes(16).toString('hex')
		oauth.refresh = crypto.randomBytes(16).toString('hex')
		oauth.good.add(access)
		json(response, 200, { access_token: access, refresh_token: oauth.refresh, token_type: 'Bearer', expires_in: oauth.lasts })
	}
	const token = (form, response) => {
		if (oauth.how === 'broken') return json(response, 503, { error: 'temporarily_unavailable' })
		if (oauth.how === 'slow') return undefined
		if (oauth.how === 'dead') return json(response, 400, { error: 'invalid_grant', error_description: 'Token has been revoked.' })
		if (form.get('grant_type') === 'authorization_code') {
			const proof = crypto.createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url')
			if (form.get('code') !== oauth.code?.code || proof !== oauth.code.challenge || form.get('redirect_uri') !== oauth.code.redirect) return json(response, 400, { error: 'invalid_grant' })
			oauth.code = null
			return issue(response)
		}
		// Each refresh token is good once.
		if (form.get('refresh_token') !== oauth.refresh) return json(response, 400, { error: 'invalid_grant' })
		oauth.refreshes++
		return issue(response)
	}
	const server = https.createServer({ cert, key }, (request, response) => {
		const url = new URL(request.url, 'https://localhost')
		if (url.pathname === '/authorize') {
			const code = crypto.randomBytes(16).toString('hex')
			oauth.code = { code, challenge: url.searchParams.get('code_challenge'), redirect: url.searchParams.get('redirect_uri') }
			asked.push({ page: Object.fromEntries(url.searchParams) })
			response.writeHead(302, { Location: `${oauth.code.redirect}?${new URLSearchParams({ code, state: url.searchParams.get('state'), scope: 'mail' })}` })
			return response.end()
		}
		let body = ''
		request.on('data', (data) => { body += data })
		return request.on('end', () => {
			const form = new URLSearchParams(body)
			asked.push({ form: Object.fromEntries(form) })
			token(form, response)
		})
	})
	await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve) })
	oauth.url = `https://localhost:${server.address().port}`
	// What a browser does with the page's address: where it is sent back to.
	oauth.visit = (address, ca) => new Promise((resolve, reject) => {
		https.get(address, { ca }, (response) => { response.resume(); resolve(response.headers.location) }).on('error', reject)
	})
	oauth.stop = () => { server.closeAllConnections?.(); server.close() }
	return oauth
}
