import ts from 'typescript';

const printer = ts.createPrinter({ removeComments: true });

/**
 * The text of a declaration as far as users depend on it: without comments, and without what is private or marked
 * `@internal`.
 *
 * @param {import('typescript').Declaration} declaration
 * @returns {string}
 */
export function contractOf(declaration) {
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const { transformed } = ts.transform(statement, [withoutPrivates]);
  return printer.printNode(ts.EmitHint.Unspecified, transformed[0], declaration.getSourceFile());
}

function withoutPrivates({ factory }) {
  return (statement) => {
    if (!ts.isClassDeclaration(statement) && !ts.isInterfaceDeclaration(statement)) return statement;
    const { modifiers, name, typeParameters, heritageClauses } = statement;
    const members = statement.members.filter((member) => !isPrivate(member));
    const update = ts.isClassDeclaration(statement)
      ? factory.updateClassDeclaration
      : factory.updateInterfaceDeclaration;
    return update(statement, modifiers, name, typeParameters, heritageClauses, members);
  };
}

/** Whether a part of a declaration is none of a user's business. */
export function isPrivate(node) {
  if (ts.isClassElement(node) || ts.isTypeElement(node)) {
    if (node.name !== undefined && ts.isPrivateIdentifier(node.name)) return true;
    if ((ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) !== 0) return true;
    return ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal');
  }
  return false;
}
