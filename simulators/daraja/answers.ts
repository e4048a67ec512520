/** The error envelope that all of the provider's calls share. */

export function invalid(field: string): Response {
  return failure(400, "400.002.02", `Bad Request - Invalid ${field}`);
}

export function failure(status: number, errorCode: string, errorMessage: string): Response {
  return Response.json({ requestId: crypto.randomUUID(), errorCode, errorMessage }, { status });
}
