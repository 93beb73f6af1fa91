// Holds an answer against the OpenAPI document that the server gives of itself.
// Only what that document uses; a field that no schema names is an error.

import assert from 'node:assert/strict'

function kind(value) {
	if (value === null) return 'null'
	if (Array.isArray(value)) return 'array'
	if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'number'
	return typeof value
}

export function conforms(schema, value, place = 'answer') {
	const types = [schema.type].flat()
	assert.ok(types.includes(kind(value)), `${place} is ${kind(value)}, not ${types.join(' or ')}`)
	if (value === null) return
	if (schema.enum) assert.ok(schema.enum.includes(value), `${place} is ${value}`)
	if (schema.minimum !== undefined) assert.ok(value >= schema.minimum, `${place} is ${value}`)
	if (kind(value) === 'array') value.forEach((item, i) => conforms(schema.items, item, `${place}[${i}]`))
	if (kind(value) === 'object') object(schema, value, place)
}

function object(schema, value, place) {
	const { properties = {}, required = [], additionalProperties } = schema
	for (const name of required) assert.ok(name in value, `${place}.${name} is missing`)
	for (const [name, member] of Object.entries(value)) {
		const inner = properties[name] ?? (typeof additionalProperties === 'object' ? additionalProperties : null)
		assert.ok(inner, `${place}.${name} is in no schema`)
		conforms(inner, member, `${place}.${name}`)
	}
}

// Every route of the document with its path, method, right and answer schema.
export function routesOf(document) {
	return Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, route]) => ({
		path, method: method.toUpperCase(), right: route['x-right'], route,
		answer: route.responses['200']?.content?.['application/json']?.schema ?? null,
		body: route.requestBody?.content?.['application/json']?.schema ?? null,
		command: (route.parameters ?? []).some((p) => p.name === 'Holdfast-Command'),
	})))
}
